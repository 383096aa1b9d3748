using Keelson.Api.Values;

namespace Keelson.Api.Patch.Strategic;

/// <summary>
/// The order of a merged list: elements that the patch knows stand in the patch's order, the others keep their order
/// and, as far as that leaves room, their place among those that both know.
/// </summary>
internal static class ElementOrder
{
    /// <summary>The kind that all elements have.</summary>
    internal static ValueKind ElementKind(params ReadOnlySpan<ListValue> lists)
    {
        ValueKind? kind = null;
        foreach (var list in lists)
        {
            foreach (var item in list)
            {
                if (item.Kind == ValueKind.List) throw PatchErrors.ListOfLists();
                kind ??= item.Kind;
                if (item.Kind != kind || kind == ValueKind.Null) throw PatchErrors.MixedElements(lists);
            }
        }

        return kind ?? throw PatchErrors.Malformed("no elements in any of the given slices");
    }

    /// <summary>Refuses a patch whose elements are not in the order that it asks for.</summary>
    internal static void Validate(ListValue? patch, ListValue order, string mergeKey)
    {
        if (patch is null || patch.Count == 0 || order.Count == 0) return;
        var at = 0;
        foreach (var item in patch)
        {
            if (mergeKey.Length > 0 && item is not MapValue) throw PatchErrors.NotAMap(item);
            if (item is MapValue map && map.ContainsKey(Directives.Marker)) continue;
            while (at < order.Count && !SameKey(item, order[at], mergeKey)) at++;
            if (at++ < order.Count) continue;
            throw PatchErrors.Malformed(
                $"the order in patch list:\n{PatchErrors.Print(patch)}\n doesn't match $setElementOrder list:\n{PatchErrors.Print(order)}");
        }
    }

    /// <summary>Whether two elements are one by their merge key, or for scalars by their value.</summary>
    internal static bool SameKey(Value left, Value right, string mergeKey) =>
        mergeKey.Length == 0 ? left.Equals(right) : KeyOf(left, mergeKey).Equals(KeyOf(right, mergeKey));

    internal static Value KeyOf(Value item, string mergeKey)
    {
        if (item is not MapValue map) throw PatchErrors.NotAMap(item);
        return map[mergeKey] ?? throw PatchErrors.NoMergeKey(map, mergeKey);
    }

    /// <param name="merged">The elements, in any order.</param>
    /// <param name="patchOrder">The order of the elements that the patch knows.</param>
    /// <param name="serverOrder">The order that the list had before.</param>
    /// <param name="mergeKey">Null for scalars.</param>
    internal static ListValue Arrange(ListValue merged, ListValue patchOrder, ListValue serverOrder, string? mergeKey)
    {
        var inPatch = Places(patchOrder, mergeKey);
        var onServer = Places(serverOrder, mergeKey);
        var fromPatch = new List<Value>();
        var serverOnly = new List<Value>();
        foreach (var item in merged)
        {
            var key = mergeKey is null ? item : KeyOf(item, mergeKey);
            (inPatch.ContainsKey(key) ? fromPatch : serverOnly).Add(item);
        }

        Sort(fromPatch, inPatch, mergeKey);
        Sort(serverOnly, onServer, mergeKey);
        return Interleave(serverOnly, fromPatch, onServer, mergeKey);
    }

    /// <summary>Sorts by place in another list; deletions, which have no place, come last.</summary>
    internal static void Sort(List<Value> items, Dictionary<Value, int> places, string? mergeKey)
    {
        var ranked = new List<(int Rank, Value Item)>(items.Count);
        foreach (var item in items) ranked.Add((Rank(item, places, mergeKey), item));

        // The sort must be stable: elements without a place keep the order they came in.
        var sorted = ranked.OrderBy(entry => entry.Rank);
        items.Clear();
        items.AddRange(sorted.Select(entry => entry.Item));
    }

    internal static Dictionary<Value, int> Places(ListValue list, string? mergeKey)
    {
        var places = new Dictionary<Value, int>(list.Count);
        for (var i = 0; i < list.Count; i++)
        {
            places.TryAdd(mergeKey is null ? list[i] : KeyOf(list[i], mergeKey), i);
        }

        return places;
    }

    private static int Rank(Value item, Dictionary<Value, int> places, string? mergeKey)
    {
        if (mergeKey is null) return places.GetValueOrDefault(item, -1);
        return Directives.IsDeletion(item) ? int.MaxValue : places.GetValueOrDefault(KeyOf(item, mergeKey), -1);
    }

    private static ListValue Interleave(List<Value> serverOnly, List<Value> fromPatch, Dictionary<Value, int> onServer, string? mergeKey)
    {
        var result = new ListBuilder(serverOnly.Count + fromPatch.Count);
        var left = 0;
        var right = 0;
        while (left < serverOnly.Count && right < fromPatch.Count)
        {
            var stoodBefore = onServer.TryGetValue(Key(serverOnly[left]), out var leftPlace)
                && onServer.TryGetValue(Key(fromPatch[right]), out var rightPlace)
                && leftPlace < rightPlace;
            result.Add(stoodBefore ? serverOnly[left++] : fromPatch[right++]);
        }

        for (; left < serverOnly.Count; left++) result.Add(serverOnly[left]);
        for (; right < fromPatch.Count; right++) result.Add(fromPatch[right]);
        return result.Build();

        Value Key(Value item) => mergeKey is null ? item : KeyOf(item, mergeKey);
    }
}
