using Keelson.Api.Values;

namespace Keelson.Api.Patch.Strategic;

/// <summary>Finds out whether two patches change the same thing differently.</summary>
internal static class Overlap
{
    internal static bool Maps(MapValue left, MapValue right, PatchType type)
    {
        foreach (var (key, value) in left)
        {
            if (key is Directives.Marker or Directives.RetainKeys || !right.TryGet(key, out var other)) continue;
            if (Differ(value, other, key, type)) return true;
        }

        return false;
    }

    private static bool Differ(Value left, Value right, string key, PatchType type)
    {
        if (left.Kind != right.Kind) return true;
        switch (left)
        {
            case MapValue map:
                var field = type.Map(key);
                if (DirectivesDiffer(map, (MapValue)right)) return true;
                return !field.Replaces && Maps(map, (MapValue)right, field.Type);
            case ListValue list:
                return ListsDiffer(list, (ListValue)right, key, type);
            default:
                return left != right;
        }
    }

    /// <summary>A directive acts on a whole map, so both patches must agree on it.</summary>
    private static bool DirectivesDiffer(MapValue left, MapValue right) =>
        left[Directives.Marker] != right[Directives.Marker];

    private static bool ListsDiffer(ListValue left, ListValue right, string key, PatchType type)
    {
        // What the two patches say of a list's order or of deletions never conflicts, as sets have no conflicts.
        if (Directives.IsDeletionList(key) || Directives.IsElementOrder(key)) return false;
        var field = type.List(key);
        if (!field.Merges) return WholeListsDiffer(left, right, field.Type);
        if (left.Count == 0 || right.Count == 0 || ElementOrder.ElementKind(left, right) != ValueKind.Map) return false;

        var places = ElementOrder.Places(right, field.MergeKey);
        foreach (var item in left)
        {
            if (!places.TryGetValue(ElementOrder.KeyOf(item, field.MergeKey), out var place)) continue;
            if (DirectivesDiffer((MapValue)item, (MapValue)right[place])) return true;
            if (Maps((MapValue)item, (MapValue)right[place], field.Type)) return true;
        }

        return false;
    }

    /// <summary>Lists that are replaced as a whole: scalars compare as sets, maps one by one where they overlap.</summary>
    private static bool WholeListsDiffer(ListValue left, ListValue right, PatchType type)
    {
        if (left.Count != right.Count) return true;
        if (left.Count == 0) return false;
        if (ElementOrder.ElementKind(left, right) != ValueKind.Map) return !new HashSet<Value>(left).SetEquals(right);
        for (var i = 0; i < left.Count; i++)
        {
            if (DirectivesDiffer((MapValue)left[i], (MapValue)right[i])) return true;
            if (Maps((MapValue)left[i], (MapValue)right[i], type)) return true;
        }

        return false;
    }
}
