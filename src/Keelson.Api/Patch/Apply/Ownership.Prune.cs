namespace Keelson.Api.Patch.Apply;

/// <content>
/// Removes what a manager applied before and applies no longer, unless somebody else owns it.
/// </content>
internal sealed partial class Ownership
{
    private Versioned Prune(Versioned merged, Dictionary<FieldOwner, OwnedFields> owners, OwnedFields? last, FieldSet fields)
    {
        if (last is null || last.Fields.IsEmpty) return merged;

        // Who still says everything that it said removes nothing.
        if (last.ApiVersion == _apiVersion && last.Fields.Difference(fields).IsEmpty) return merged;
        if (In(last.ApiVersion, merged) is not { } converted) return merged;

        var type = converted.Type;
        var pruned = converted with { Value = Removal.Remove(converted.Value, last.Fields.WithNamedFields(type), type) };
        pruned = AddBackOwned(converted, pruned, owners);
        pruned = AddBackDangling(converted, pruned, last);
        return In(_apiVersion, pruned)
            ?? throw new InvalidOperationException($"the object could be converted from {_apiVersion} and not back");
    }

    /// <summary>Puts back what anyone owns, the applier's new configuration included.</summary>
    private Versioned AddBackOwned(Versioned merged, Versioned pruned, Dictionary<FieldOwner, OwnedFields> owners)
    {
        var owned = new Dictionary<string, FieldSet>(StringComparer.Ordinal);
        foreach (var fields in owners.Values)
        {
            owned[fields.ApiVersion] = owned.GetValueOrDefault(fields.ApiVersion, FieldSet.Empty).Union(fields.Fields);
        }

        // The version at hand comes first: other versions may not be reached without fields that were just removed.
        var first = pruned.ApiVersion;
        foreach (var (apiVersion, fields) in owned.OrderBy(entry => entry.Key != first).ThenBy(entry => entry.Key, StringComparer.Ordinal))
        {
            if (In(apiVersion, merged) is not { } converted) continue;
            merged = converted;
            if (In(apiVersion, pruned) is not { } convertedPruned) continue;
            var type = merged.Type;
            var had = FieldSetOf.Value(merged.Value, type).WithNamedFields(type);
            var has = FieldSetOf.Value(convertedPruned.Value, type).WithNamedFields(type);
            var gone = had.Difference(has.Union(fields.WithNamedFields(type)));
            pruned = merged with { Value = Removal.Remove(merged.Value, gone, type) };
        }

        return pruned;
    }

    /// <summary>Puts back what the applier did not own, so that only its own fields are removed.</summary>
    private Versioned AddBackDangling(Versioned merged, Versioned pruned, OwnedFields last)
    {
        if (In(last.ApiVersion, pruned) is not { } converted) return merged;
        var type = merged.Type;
        var has = FieldSetOf.Value(converted.Value, type).WithNamedFields(type);
        var had = FieldSetOf.Value(merged.Value, type).WithNamedFields(type);
        var gone = had.Difference(has).Intersection(last.Fields.WithNamedFields(type));
        return merged with { Value = Removal.Empty(merged.Value, gone, type) };
    }
}
