namespace Keelson.Api.Cel.Objects;

/// <summary>A list of an expression; its elements may be made when they are asked for.</summary>
public abstract class CelList
{
    public abstract int Count { get; }

    public abstract object this[int index] { get; }

    /// <summary>What joining the list with another makes; lists that are sets or maps by keys merge.</summary>
    internal virtual object Join(CelList other)
    {
        if (Count == 0) return other;
        if (other.Count == 0) return this;
        if (Count + other.Count > CelJoinedList.CopyUpTo && CelJoinedList.Of(this, other) is { } both) return both;
        var joined = new object[Count + other.Count];
        for (var i = 0; i < Count; i++) joined[i] = this[i];
        for (var i = 0; i < other.Count; i++) joined[Count + i] = other[i];
        return new CelArray(joined);
    }

    /// <summary>Whether the list is equal to another one of as many elements.</summary>
    internal virtual bool IsEqual(CelList other)
    {
        if (Count != other.Count) return false;
        for (var i = 0; i < Count; i++)
        {
            if (!CelEquality.AreEqual(this[i], other[i])) return false;
        }

        return true;
    }

    internal IEnumerable<object> Elements()
    {
        for (var i = 0; i < Count; i++) yield return this[i];
    }
}

/// <summary>A list whose elements are there.</summary>
public sealed class CelArray(IReadOnlyList<object> elements) : CelList
{
    public static readonly CelArray Empty = new([]);

    public override int Count => elements.Count;

    public override object this[int index] => elements[index];
}

/// <summary>Two lists that are seen as one, so that joining costs nothing; when joins pile up, the elements are copied.</summary>
internal sealed class CelJoinedList : CelList
{
    public const int CopyUpTo = 32;
    private const int MaximumDepth = 32;

    private readonly CelList _first;
    private readonly CelList _second;
    private readonly int _depth;

    private CelJoinedList(CelList first, CelList second, int depth)
    {
        _first = first;
        _second = second;
        _depth = depth;
        Count = checked(first.Count + second.Count);
    }

    public override int Count { get; }

    public override object this[int index] => index < _first.Count ? _first[index] : _second[index - _first.Count];

    public static CelJoinedList? Of(CelList first, CelList second)
    {
        var depth = Math.Max((first as CelJoinedList)?._depth ?? 0, (second as CelJoinedList)?._depth ?? 0) + 1;
        return depth > MaximumDepth || (long)first.Count + second.Count > int.MaxValue ? null : new CelJoinedList(first, second, depth);
    }
}

/// <summary>A map of an expression.</summary>
public abstract class CelMap
{
    public abstract int Count { get; }

    public abstract IEnumerable<object> Keys { get; }

    /// <summary>The value of a key, or null when there is none.</summary>
    public abstract object? Find(object key);

    internal bool IsEqual(CelMap other)
    {
        if (Count != other.Count) return false;
        foreach (var key in Keys)
        {
            if (other.Find(key) is not { } value || !CelEquality.AreEqual(Find(key)!, value)) return false;
        }

        return true;
    }
}

/// <summary>A map whose entries are there, in the order in which they were put.</summary>
public sealed class CelDictionary : CelMap
{
    private readonly Dictionary<object, object> _entries = new(CelKeys.Instance);

    public override int Count => _entries.Count;

    public override IEnumerable<object> Keys => _entries.Keys;

    public override object? Find(object key) => _entries.GetValueOrDefault(key);

    internal bool TryAdd(object key, object value) => _entries.TryAdd(key, value);

    internal void Set(object key, object value) => _entries[key] = value;

    /// <summary>Keys are equal across the types of numbers.</summary>
    private sealed class CelKeys : IEqualityComparer<object>
    {
        public static readonly CelKeys Instance = new();

        public new bool Equals(object? x, object? y) => x is not null && y is not null && CelEquality.AreEqual(x, y);

        public int GetHashCode(object key) => key switch
        {
            string text => text.GetHashCode(StringComparison.Ordinal),
            long number => number.GetHashCode(),
            ulong number => number <= long.MaxValue ? ((long)number).GetHashCode() : number.GetHashCode(),
            double number when number >= long.MinValue && number < long.MaxValue && number == Math.Truncate(number) => ((long)number).GetHashCode(),
            double number when number >= 0 && number < ulong.MaxValue && number == Math.Truncate(number) => ((ulong)number).GetHashCode(),
            bool flag => flag.GetHashCode(),
            _ => 0,
        };
    }
}

/// <summary>An object with named fields.</summary>
public abstract class CelObject
{
    public abstract string TypeName { get; }

    /// <summary>The fields that are set.</summary>
    public abstract IEnumerable<string> FieldNames { get; }

    /// <summary>The value of a field, or null when it is not set.</summary>
    public abstract object? Find(string field);

    internal virtual bool IsEqual(CelObject other)
    {
        var names = FieldNames.ToList();
        if (names.Count != other.FieldNames.Count()) return false;
        return names.TrueForAll(name => Find(name) is { } mine && other.Find(name) is { } theirs && CelEquality.AreEqual(mine, theirs));
    }
}

/// <summary>An object whose fields are there.</summary>
public sealed class CelRecord(string typeName, IReadOnlyDictionary<string, object> fields) : CelObject
{
    public override string TypeName => typeName;

    public override IEnumerable<string> FieldNames => fields.Keys;

    public override object? Find(string field) => fields.GetValueOrDefault(field);
}

/// <summary>A value that only functions of a library know.</summary>
public abstract class CelOpaque
{
    internal abstract Checking.CelType Type { get; }

    internal virtual bool IsEqual(CelOpaque other) => ReferenceEquals(this, other);
}
