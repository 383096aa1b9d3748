using Keelson.Api.Values;

namespace Keelson.Api.Patch.Strategic;

/// <summary>The keys in a patch that say how to merge instead of naming a field.</summary>
internal static class Directives
{
    internal const string Marker = "$patch";
    internal const string Delete = "delete";
    internal const string Replace = "replace";
    internal const string Merge = "merge";
    internal const string RetainKeys = "$retainKeys";

    private const string DeletionList = "$deleteFromPrimitiveList";
    private const string ElementOrder = "$setElementOrder";

    internal static string DeletionListOf(string field) => $"{DeletionList}/{field}";

    internal static string ElementOrderOf(string field) => $"{ElementOrder}/{field}";

    internal static bool IsDeletionList(string key) => key.StartsWith(DeletionList, StringComparison.Ordinal);

    internal static bool IsElementOrder(string key) => key.StartsWith(ElementOrder, StringComparison.Ordinal);

    internal static string FieldOfDeletionList(string key) =>
        FieldOf(key, DeletionList) ?? throw PatchErrors.BadPrimitiveList();

    internal static string FieldOfElementOrder(string key) =>
        FieldOf(key, ElementOrder) ?? throw PatchErrors.BadElementOrder();

    internal static bool IsDeletion(Value item) =>
        item is MapValue map && map[Marker]?.AsText() == Delete;

    /// <summary>
    /// What is left of a patch value where there is nothing to merge it with: null for what is only a directive.
    /// </summary>
    /// <param name="dropNulls">Whether nulls, which ask to delete what isn't there, go too.</param>
    internal static Value? Strip(Value value, bool dropNulls)
    {
        switch (value)
        {
            case MapValue map:
                if (map.ContainsKey(Marker)) return null;
                var kept = new MapBuilder(map.Count);
                foreach (var (key, child) in map)
                {
                    if (dropNulls && (child.IsNull || IsOrdering(key))) continue;
                    kept.SetIfAny(key, Strip(child, dropNulls));
                }

                return kept.Build();

            case ListValue list:
                var items = new ListBuilder(list.Count);
                foreach (var item in list)
                {
                    if (Strip(item, dropNulls) is { } stripped) items.Add(stripped);
                }

                return items.Build();

            default:
                return value;
        }
    }

    private static bool IsOrdering(string key) => key == RetainKeys || IsElementOrder(key) || IsDeletionList(key);

    private static string? FieldOf(string key, string prefix) =>
        key.Length > prefix.Length && key[prefix.Length] == '/' ? key[(prefix.Length + 1)..] : null;
}
