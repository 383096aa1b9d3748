using Keelson.Api.Values;

namespace Keelson.Api.Patch.Strategic;

/// <content>Merging lists, by key or as sets, and giving the result its order.</content>
internal sealed partial class Merger
{
    /// <summary>
    /// Merges every list for which the patch says the order of elements, and takes both out of the patch.
    /// </summary>
    private void MergeOrderedLists(MapBuilder result, MapBuilder patch, PatchType type)
    {
        foreach (var (key, order) in patch.Build())
        {
            if (!Directives.IsElementOrder(key)) continue;
            if (!_carriesOut)
            {
                if (result.TryGet(key, out var other) && other != order) throw PatchErrors.BadElementOrder();
                result.Set(key, order);
            }

            patch.Remove(key);
            var field = Directives.FieldOfElementOrder(key);
            MergeOrderedList(result, patch, field, order as ListValue ?? throw PatchErrors.NotAList(order), type.List(field));
        }
    }

    private void MergeOrderedList(MapBuilder result, MapBuilder patch, string key, ListValue order, PatchField field)
    {
        var original = ListOrNull(result[key]);
        var changes = ListOrNull(patch[key]);
        ElementOrder.Validate(changes, order, field.MergeKey);
        if ((original is null || original.Count == 0) && (changes is null || changes.Count == 0)) return;

        var merged = (original, changes) switch
        {
            (null, not null) => (ListValue)Directives.Strip(changes, dropNulls: _carriesOut)!,
            (not null, not null) => MergeList(original, changes, field),
            _ => original!,
        };
        var kind = ElementOrder.ElementKind(original ?? ListValue.Empty, changes ?? ListValue.Empty);
        var mergeKey = MergeKeyFor(kind, field);
        result.Set(key, ElementOrder.Arrange(merged, order, original ?? ListValue.Empty, mergeKey));
        patch.Remove(key);
    }

    private static ListValue? ListOrNull(Value? value) => value switch
    {
        null => null,
        ListValue list => list,
        _ => throw PatchErrors.NotAList(value),
    };

    private ListValue MergeList(ListValue original, ListValue patch, PatchField field)
    {
        if (!field.Merges) return patch;
        if (original.Count == 0 && patch.Count == 0) return original;

        var kind = ElementOrder.ElementKind(original, patch);
        if (MergeKeyFor(kind, field) is not { } mergeKey) return MergeScalars(original, patch);

        (original, patch) = CarryOutElementDirectives(original, patch, mergeKey);
        var items = MergeByKey(original, patch, mergeKey, field.Type);
        return ElementOrder.Arrange(items.Merged, patch, items.Original, mergeKey);
    }

    private static string? MergeKeyFor(ValueKind kind, PatchField field)
    {
        if (kind != ValueKind.Map) return null;
        return field.MergeKey.Length > 0
            ? field.MergeKey
            : throw PatchErrors.Malformed("cannot merge lists without merge key for type struct");
    }

    private static ListValue MergeScalars(ListValue original, ListValue patch)
    {
        var seen = new HashSet<Value>();
        var both = new ListBuilder(original.Count + patch.Count);
        foreach (var item in original)
        {
            if (seen.Add(item)) both.Add(item);
        }

        foreach (var item in patch)
        {
            if (seen.Add(item)) both.Add(item);
        }

        return ElementOrder.Arrange(both.Build(), patch, original, mergeKey: null);
    }

    /// <summary>Deletes and replaces as elements with $patch say; returns what is then left to merge.</summary>
    private static (ListValue Original, ListValue Patch) CarryOutElementDirectives(ListValue original, ListValue patch, string mergeKey)
    {
        var rest = new ListBuilder(patch.Count);
        HashSet<Value>? doomed = null;
        var replaces = false;
        foreach (var item in patch)
        {
            var map = (MapValue)item;
            if (!map.TryGet(Directives.Marker, out var directive))
            {
                rest.Add(map);
                continue;
            }

            switch (directive.AsText())
            {
                case Directives.Delete:
                    (doomed ??= []).Add(map[mergeKey] ?? throw PatchErrors.NoMergeKey(map, mergeKey));
                    break;
                case Directives.Replace:
                    replaces = true;
                    break;
                case Directives.Merge:
                    throw PatchErrors.Malformed("merging lists cannot yet be specified in the patch");
                default:
                    throw PatchErrors.UnknownDirective(directive, map);
            }
        }

        if (replaces) return (rest.Build(), ListValue.Empty);
        if (doomed is null) return (original, rest.Build());

        var kept = new ListBuilder(original.Count);
        foreach (var item in original)
        {
            if (((MapValue)item)[mergeKey] is not { } key || !doomed.Contains(key)) kept.Add(item);
        }

        return (kept.Build(), rest.Build());
    }

    private (ListValue Merged, ListValue Original) MergeByKey(ListValue original, ListValue patch, string mergeKey, PatchType type)
    {
        var merged = new ListBuilder(original.Span);
        var places = new Dictionary<Value, int>();
        for (var i = 0; i < merged.Count; i++)
        {
            if (((MapValue)merged[i])[mergeKey] is { } key) places.TryAdd(key, i);
        }

        foreach (var item in patch)
        {
            var map = (MapValue)item;
            var key = map[mergeKey] ?? throw PatchErrors.NoMergeKey(map, mergeKey);
            if (places.TryGetValue(key, out var place))
            {
                merged[place] = MergeMap((MapValue)merged[place], map, type);
            }
            else
            {
                places.Add(key, merged.Count);
                merged.Add(_carriesOut ? Directives.Strip(map, dropNulls: true)! : map);
            }
        }

        return (merged.Build(), original);
    }
}
