using System.Collections.Immutable;

namespace Keelson.Server.Cache;

/// <summary>
/// The objects of an index again, divided by the value of one field: who lists those of one value, as every kubelet does, pays for
/// what he gets and not for what there is. A value, as the index is that it belongs to.
/// </summary>
internal sealed class IndexParts
{
    private readonly string[] _steps;
    private readonly ImmutableDictionary<string, ObjectIndex> _byValue;

    private IndexParts(string field, string[] steps, ImmutableDictionary<string, ObjectIndex> byValue)
    {
        Field = field;
        _steps = steps;
        _byValue = byValue;
    }

    /// <summary>The field, as selectors name it.</summary>
    public string Field { get; }

    public int Count => _byValue.Count;

    /// <summary>No objects yet, divided by a field.</summary>
    public static IndexParts By(string field) => new(field, field.Split('.'), ImmutableDictionary.Create<string, ObjectIndex>(StringComparer.Ordinal));

    /// <summary>The objects that have a value.</summary>
    public ObjectIndex Of(string value) => _byValue.GetValueOrDefault(value, ObjectIndex.Empty);

    /// <param name="previous">What the object replaces; null where it is new.</param>
    public IndexParts With(CachedObject item, CachedObject? previous)
    {
        var value = ValueOf(item);
        var parts = previous is not null && ValueOf(previous) is var before && before != value ? Without(_byValue, before, previous) : _byValue;
        return new IndexParts(Field, _steps, parts.SetItem(value, parts.GetValueOrDefault(value, ObjectIndex.Empty).With(item)));
    }

    public IndexParts Without(CachedObject item) => new(Field, _steps, Without(_byValue, ValueOf(item), item));

    private static ImmutableDictionary<string, ObjectIndex> Without(ImmutableDictionary<string, ObjectIndex> parts, string value, CachedObject item)
    {
        if (!parts.TryGetValue(value, out var part)) return parts;
        var rest = part.Without(item.Key);
        return rest.Count == 0 ? parts.Remove(value) : parts.SetItem(value, rest);
    }

    private string ValueOf(CachedObject item) => FieldLogs.Read(item.Json, _steps) ?? "";
}
