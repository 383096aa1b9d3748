using Keelson.Api.Values;

namespace Keelson.Api.Patch.Apply;

/// <content>What is refused, and how many managers there may be.</content>
public sealed partial class FieldManager
{
    private ApplyResult? Refuse(MapValue configuration)
    {
        var apiVersion = configuration["apiVersion"]?.AsText() ?? "";
        var kind = configuration["kind"]?.AsText() ?? "";
        if (GroupVersionKind.Parse(apiVersion, kind) is not { } given || given != _options.Kind)
        {
            return ApplyResult.BadRequest($"invalid object type: {Describe(GroupVersionKind.Parse(apiVersion, kind) ?? default)}");
        }

        return configuration["metadata", "managedFields"] is null or NullValue
            ? null
            : ApplyResult.BadRequest("metadata.managedFields must be nil");
    }

    private ApplyResult? CheckTypes(MapValue live, MapValue configuration)
    {
        var type = MergeType.Root(_options.Schema);
        if (TypeErrors.Find(configuration, type, allowDuplicates: false) is { } inConfiguration)
        {
            return ApplyResult.Failed($"failed to create typed patch object ({Describe(configuration)}): {inConfiguration}");
        }

        // Objects may be stored that have duplicates in lists: they came in by other ways than apply.
        return TypeErrors.Find(live, type, allowDuplicates: true) is { } inLive
            ? ApplyResult.Failed($"failed to create typed live object ({Describe(live)}): {inLive}")
            : null;
    }

    /// <summary>Joins the entries of the oldest writers, version by version, until there are few enough.</summary>
    private void JoinOldest(Dictionary<FieldOwner, OwnedFields> owners)
    {
        var writers = owners.Where(entry => entry.Key.Operation == FieldOperation.Update).ToList();
        var count = writers.Count;
        if (count <= _options.MaxUpdateManagers) return;

        var firsts = new Dictionary<string, FieldOwner>(StringComparer.Ordinal);
        var oldestFirst = writers
            .OrderBy(entry => entry.Value.Time?.ToUnixTimeSeconds() ?? 0)
            .ThenBy(entry => entry.Key.Identifier, Utf8Order.Instance);
        foreach (var (owner, owned) in oldestFirst)
        {
            if (count <= _options.MaxUpdateManagers) break;
            var bucket = new FieldOwner(AncientChanges, FieldOperation.Update, owned.ApiVersion, "");
            if (firsts.TryAdd(owned.ApiVersion, owner) || owner == bucket) continue;
            if (!owners.ContainsKey(bucket) && owners.Remove(firsts[owned.ApiVersion], out var first)) owners[bucket] = first;

            var joined = owned.Fields.Union(owners[bucket].Fields);
            owners.Remove(owner);

            // The later time counts, which is that of the entry that joins.
            owners[bucket] = new OwnedFields(joined, owned.ApiVersion, owned.Time);
            count--;
        }
    }

    private static string Describe(MapValue @object)
    {
        var name = @object["metadata", "name"]?.AsText();
        var space = @object["metadata", "namespace"]?.AsText();
        var kind = GroupVersionKind.Parse(@object["apiVersion"]?.AsText() ?? "", @object["kind"]?.AsText() ?? "");
        return $"{space}/{name}; {Describe(kind ?? default)}";
    }

    private static string Describe(GroupVersionKind kind) => $"{kind.Group}/{kind.Version}, Kind={kind.Kind}";
}
