using Keelson.Api.Values;

namespace Keelson.Api.Patch.Strategic;

/// <content>The difference of two lists that merge, by key or as sets.</content>
internal sealed partial class Differ
{
    private void DiffLists(MapBuilder patch, string key, ListValue original, ListValue modified, PatchField field)
    {
        if (original.Count == 0)
        {
            if (modified.Count > 0 && _additions) patch.Set(key, modified);
            return;
        }

        if (ElementOrder.ElementKind(original, modified) == ValueKind.Map)
        {
            DiffMaps(patch, key, original, modified, field);
        }
        else
        {
            DiffScalars(patch, key, original, modified);
        }
    }

    private void DiffMaps(MapBuilder patch, string key, ListValue original, ListValue modified, PatchField field)
    {
        var mergeKey = field.MergeKey;
        var before = ElementOrder.Places(original, mergeKey);
        var after = ElementOrder.Places(modified, mergeKey);
        var changes = new List<Value>();
        foreach (var item in modified)
        {
            if (ChangeOf(original, before, (MapValue)item, field) is { } change) changes.Add(change);
        }

        if (_deletions)
        {
            var doomed = before.Keys.Where(name => !after.ContainsKey(name)).OrderBy(PatchErrors.Print, Utf8Order.Instance);
            changes.AddRange(doomed.Select(name => MapValue.Of((mergeKey, name), (Directives.Marker, Directives.Delete))));
        }

        if (changes.Count > 0) patch.Set(key, ListValue.From(changes));
        var orderChanges = _additions && !SameOrder(original, modified, mergeKey);
        if (_order && modified.Count > 0 && (changes.Count > 0 || orderChanges))
        {
            var order = modified.Select(item => (Value)MapValue.Of((mergeKey, ElementOrder.KeyOf(item, mergeKey))));
            patch.Set(Directives.ElementOrderOf(key), ListValue.From(order));
        }
    }

    private MapValue? ChangeOf(ListValue original, Dictionary<Value, int> before, MapValue item, PatchField field)
    {
        var key = ElementOrder.KeyOf(item, field.MergeKey);
        if (!before.TryGetValue(key, out var place)) return _additions ? item : null;
        var change = Maps((MapValue)original[place], item, field.Type, field.RetainKeys);
        return change.Count > 0 ? change.With(field.MergeKey, key) : null;
    }

    private static bool SameOrder(ListValue original, ListValue modified, string mergeKey)
    {
        if (original.Count != modified.Count) return false;
        for (var i = 0; i < original.Count; i++)
        {
            if (!ElementOrder.SameKey(original[i], modified[i], mergeKey)) return false;
        }

        return true;
    }

    private void DiffScalars(MapBuilder patch, string key, ListValue original, ListValue modified)
    {
        var before = new HashSet<Value>(original);
        var after = new HashSet<Value>(modified);
        var added = modified.Where(item => !before.Contains(item)).Distinct().ToList();
        if (_additions && added.Count > 0) patch.Set(key, ListValue.From(added));

        var removed = before.Where(item => !after.Contains(item)).OrderBy(PatchErrors.Print, Utf8Order.Instance).ToList();
        if (_deletions && removed.Count > 0) patch.Set(Directives.DeletionListOf(key), ListValue.From(removed));

        var changes = (_deletions && removed.Count > 0) || (_additions && original != modified);
        if (_order && modified.Count > 0 && changes) patch.Set(Directives.ElementOrderOf(key), modified);
    }
}
