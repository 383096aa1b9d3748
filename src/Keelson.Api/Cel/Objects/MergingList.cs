using Keelson.Api.Schemas;
using Keelson.Api.Values;

namespace Keelson.Api.Cel.Objects;

/// <summary>A list that may be a set or a map by keys: then order does not count, and joining merges.</summary>
internal abstract class MergingList(ListKind kind, IReadOnlyList<string> keys) : CelList
{
    internal override object Join(CelList other) => kind switch
    {
        ListKind.Set => JoinSet(other),
        ListKind.Map => JoinMap(other),
        _ => base.Join(other),
    };

    internal override bool IsEqual(CelList other)
    {
        if (kind is not (ListKind.Set or ListKind.Map)) return base.IsEqual(other);
        if (Count != other.Count) return false;
        if (kind == ListKind.Map)
        {
            var byKey = ByKey(other);
            return Elements().All(element => KeyOf(element) is { } key && byKey.TryGetValue(key, out var found) && CelEquality.AreEqual(element, found));
        }

        var simple = new HashSet<object>(other.Elements().Where(IsSimple));
        return Elements().All(element => IsSimple(element) ? simple.Contains(element) : other.Elements().Any(candidate => CelEquality.AreEqual(element, candidate)));
    }

    private static bool IsSimple(object element) => element is string or long or bool;

    private MergedList JoinSet(CelList other)
    {
        var joined = Elements().ToList();
        var known = new HashSet<object>(joined.Where(IsSimple));
        foreach (var element in other.Elements())
        {
            if (IsSimple(element) ? known.Add(element) : !joined.Exists(mine => CelEquality.AreEqual(mine, element))) joined.Add(element);
        }

        return new MergedList(joined, kind, keys);
    }

    /// <summary>Elements of the other list take the place of those with the same keys.</summary>
    private MergedList JoinMap(CelList other)
    {
        var joined = Elements().ToList();
        var places = new Dictionary<Value, int>();
        for (var i = 0; i < joined.Count; i++)
        {
            if (KeyOf(joined[i]) is { } key) places.TryAdd(key, i);
        }

        foreach (var element in other.Elements())
        {
            if (KeyOf(element) is { } key && places.TryGetValue(key, out var place)) joined[place] = element;
            else joined.Add(element);
        }

        return new MergedList(joined, kind, keys);
    }

    private Dictionary<Value, object> ByKey(CelList of)
    {
        var byKey = new Dictionary<Value, object>();
        foreach (var element in of.Elements())
        {
            if (KeyOf(element) is { } key) byKey.TryAdd(key, element);
        }

        return byKey;
    }

    private ListValue? KeyOf(object element)
    {
        if (CelShown.ToValue(element) is not MapValue map) return null;
        var key = new ListBuilder();
        foreach (var name in keys) key.Add(map[name] ?? Value.Null);
        return key.Build();
    }
}

/// <summary>What came of joining a list that merges.</summary>
internal sealed class MergedList(IReadOnlyList<object> elements, ListKind kind, IReadOnlyList<string> keys) : MergingList(kind, keys)
{
    public override int Count => elements.Count;

    public override object this[int index] => elements[index];
}
