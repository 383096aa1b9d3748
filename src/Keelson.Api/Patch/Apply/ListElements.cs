using Keelson.Api.Values;

namespace Keelson.Api.Patch.Apply;

/// <summary>Tells the elements of a list apart: by their keys, or in a set by what they are.</summary>
internal static class ListElements
{
    /// <param name="list">The type of the list, which is not atomic.</param>
    /// <param name="element">The path element for the item.</param>
    /// <returns>Why the item can't be in such a list, or null.</returns>
    internal static string? Identify(MergeType list, Value item, out PathElement element)
    {
        var keys = list.ListKeys;
        return keys.Count == 0 ? IdentifyMember(item, out element) : IdentifyByKey(list.Items, keys, item, out element);
    }

    private static string? IdentifyMember(Value item, out PathElement element)
    {
        element = PathElement.Member(item);
        return item.Kind switch
        {
            ValueKind.Map => "associative list without keys has an element that's a map type",
            ValueKind.List => "not supported: associative list with lists as elements",
            ValueKind.Null => "associative list without keys has an element that's an explicit null",
            _ => null,
        };
    }

    private static string? IdentifyByKey(MergeType type, IReadOnlyList<string> names, Value item, out PathElement element)
    {
        element = default;
        if (item.IsNull) return "associative list with keys may not have a null element";
        if (item is not MapValue map) return "associative list with keys may not have non-map elements";
        var keys = new MapBuilder(names.Count);
        foreach (var name in names)
        {
            if ((map[name] ?? type.DefaultOf(name)) is not { } value)
            {
                return $"associative list with keys has an element that omits key field {GoQuote.Quote(name)} (and doesn't have default value)";
            }

            keys.Set(name, value);
        }

        element = PathElement.Key(keys.Build());
        return null;
    }
}
