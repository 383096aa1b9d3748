using Keelson.Api.Schemas;
using Keelson.Api.Values;

namespace Keelson.Api.Patch.Apply;

/// <summary>Computes who owns what after a write, and what an applied configuration makes of an object.</summary>
internal sealed partial class Ownership(FieldManagerOptions options)
{
    private readonly string _apiVersion = options.Kind.ApiVersion;

    /// <summary>After a write that is complete: the writer owns what it changed, and nobody else does.</summary>
    internal Dictionary<FieldOwner, OwnedFields> Update(MapValue live, MapValue updated, ManagedFields managed, FieldOwner writer)
    {
        var before = Typed(live);
        var owners = Adapt(before, managed);
        var comparison = Hand(before, Typed(updated), owners, writer, conflicts: null);
        var fields = (owners.GetValueOrDefault(writer)?.Fields ?? FieldSet.Empty).Difference(comparison.Removed).Union(comparison.Changed);
        Set(owners, writer, new OwnedFields(WithoutReset(fields), _apiVersion, null));
        return owners;
    }

    /// <summary>Merges a configuration into an object.</summary>
    /// <param name="owners">Who owns what then.</param>
    /// <param name="conflicts">Takes what others own; where it is null the configuration takes ownership.</param>
    /// <returns>The object; the same one when nothing changes.</returns>
    internal MapValue Apply(
        MapValue live,
        MapValue configuration,
        ManagedFields managed,
        FieldOwner applier,
        out Dictionary<FieldOwner, OwnedFields> owners,
        List<FieldConflict>? conflicts)
    {
        var before = Typed(live);
        owners = Adapt(before, managed);
        var after = before with { Value = Merging.Merge(live, configuration, before.Type) };
        var last = owners.GetValueOrDefault(applier);
        var fields = WithoutReset(FieldSetOf.Value(configuration, before.Type));
        owners[applier] = new OwnedFields(fields, _apiVersion, last?.Time);
        after = Prune(after, owners, last, fields);
        Hand(before, after, owners, applier, conflicts);
        return after.Value.SemanticEquals(live) ? live : (MapValue)after.Value;
    }

    /// <summary>Takes what a write changes away from all others.</summary>
    private Comparison Hand(
        Versioned before, Versioned after, Dictionary<FieldOwner, OwnedFields> owners, FieldOwner writer, List<FieldConflict>? conflicts)
    {
        var own = Comparison.Of(before.Value, after.Value, before.Type).Without(options.ResetFields.GetValueOrDefault(_apiVersion));
        var comparisons = new Dictionary<string, Comparison?>(StringComparer.Ordinal) { [_apiVersion] = own };
        var changes = new List<(FieldOwner Owner, OwnedFields Owned, FieldSet Taken, FieldSet Removed)>();
        foreach (var (owner, owned) in owners)
        {
            if (owner == writer) continue;
            if (!comparisons.TryGetValue(owned.ApiVersion, out var comparison))
            {
                comparison = CompareIn(owned.ApiVersion, before, after);
                comparisons.Add(owned.ApiVersion, comparison);
            }

            if (comparison is null) changes.Add((owner, owned, owned.Fields, FieldSet.Empty));
            else changes.Add((owner, owned, owned.Fields.Intersection(comparison.Changed), comparison.Removed));
        }

        if (conflicts is not null)
        {
            var taken = changes.Where(change => comparisons[change.Owned.ApiVersion] is not null && !change.Taken.IsEmpty);
            foreach (var change in taken.OrderBy(change => change.Owner.Identifier, Utf8Order.Instance))
            {
                conflicts.AddRange(change.Taken.Paths().Select(path => new FieldConflict(change.Owner, path)));
            }
        }

        foreach (var (owner, owned, taken, removed) in changes)
        {
            Set(owners, owner, owned with { Fields = owned.Fields.Difference(taken).Difference(removed) });
        }

        if (owners.GetValueOrDefault(writer) is { Fields.IsEmpty: true }) owners.Remove(writer);
        return own;
    }

    private Comparison? CompareIn(string apiVersion, Versioned before, Versioned after)
    {
        if (In(apiVersion, before) is not { } old || In(apiVersion, after) is not { } current) return null;
        return Comparison.Of(old.Value, current.Value, old.Type).Without(options.ResetFields.GetValueOrDefault(apiVersion));
    }

    /// <summary>Fits what is owned to today's schemas. Owners in versions that there are no more are left out.</summary>
    private Dictionary<FieldOwner, OwnedFields> Adapt(Versioned live, ManagedFields managed)
    {
        var owners = managed.ToDictionary();
        foreach (var (owner, owned) in managed.Entries)
        {
            if (In(owned.ApiVersion, live) is not { } versioned)
            {
                owners.Remove(owner);
                continue;
            }

            var adapted = SchemaChanges.Adapt(owned.Fields, versioned.Type);
            if (!ReferenceEquals(adapted, owned.Fields)) owners[owner] = owned with { Fields = adapted };
        }

        return owners;
    }

    private FieldSet WithoutReset(FieldSet fields) =>
        options.ResetFields.TryGetValue(_apiVersion, out var reset) ? fields.RecursiveDifference(reset) : fields;

    private static void Set(Dictionary<FieldOwner, OwnedFields> owners, FieldOwner owner, OwnedFields owned)
    {
        if (owned.Fields.IsEmpty) owners.Remove(owner);
        else owners[owner] = owned;
    }

    private Versioned Typed(MapValue value) => new(value, options.Schema, _apiVersion);

    /// <summary>The object in another version, or null where there is no such version.</summary>
    private Versioned? In(string apiVersion, Versioned value)
    {
        if (value.ApiVersion == apiVersion) return value;
        return options.Convert(value.Value as MapValue ?? MapValue.Empty, apiVersion) is { } converted
            ? new Versioned(converted.Object, converted.Schema, apiVersion)
            : null;
    }

    private readonly record struct Versioned(Value Value, Schema Schema, string ApiVersion)
    {
        internal MergeType Type => MergeType.Root(Schema);
    }
}
