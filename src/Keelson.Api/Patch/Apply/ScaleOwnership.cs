namespace Keelson.Api.Patch.Apply;

/// <summary>
/// Carries ownership of the number of replicas between an object and its scale subresource, which has it in another
/// place and another version.
/// </summary>
/// <param name="apiVersion">The version of the object.</param>
/// <param name="replicas">By version of the object where it has the number; null for a version without scale.</param>
public sealed class ScaleOwnership(string apiVersion, IReadOnlyDictionary<string, FieldPath?> replicas)
{
    private const string ScaleVersion = "autoscaling/v1";

    private static readonly FieldPath InScale = FieldPath.Of("spec", "replicas");

    /// <summary>Who owns the number, as managed fields of the scale.</summary>
    public ManagedFields ToScale(ManagedFields parent)
    {
        ArgumentNullException.ThrowIfNull(parent);
        var owners = new Dictionary<FieldOwner, OwnedFields>();
        foreach (var (owner, owned) in parent.Entries)
        {
            if (!replicas.TryGetValue(owned.ApiVersion, out var path) || path is null || !owned.Fields.Contains(path)) continue;
            owners[In(ScaleVersion, owner)] = new OwnedFields(FieldSet.Of(InScale), ScaleVersion, owned.Time);
        }

        return ManagedFields.From(owners);
    }

    /// <summary>The object's managed fields after a write to the scale.</summary>
    public ManagedFields ToParent(ManagedFields parent, ManagedFields scale)
    {
        ArgumentNullException.ThrowIfNull(parent);
        ArgumentNullException.ThrowIfNull(scale);
        var owners = new Dictionary<FieldOwner, OwnedFields>();
        var rest = scale.ToDictionary();
        foreach (var (owner, owned) in parent.Entries)
        {
            if (!replicas.TryGetValue(owned.ApiVersion, out var path)) continue;
            if (path is null || !owned.Fields.Contains(path) || rest.Remove(In(ScaleVersion, owner)))
            {
                owners[owner] = owned;
                continue;
            }

            // Someone else owns the number now.
            var left = owned.Fields.Difference(FieldSet.Of(path));
            if (!left.IsEmpty) owners[owner] = owned with { Fields = left };
        }

        foreach (var (owner, owned) in rest)
        {
            if (!owned.Fields.Contains(InScale) || replicas.GetValueOrDefault(apiVersion) is not { } path) continue;
            var parentOwner = In(apiVersion, owner);
            var before = owners.GetValueOrDefault(parentOwner)?.Fields ?? FieldSet.Empty;
            owners[parentOwner] = new OwnedFields(before.Union(FieldSet.Of(path)), apiVersion, owned.Time);
        }

        return ManagedFields.From(owners);
    }

    private static FieldOwner In(string version, FieldOwner owner) =>
        owner.Operation == FieldOperation.Apply ? owner : owner with { ApiVersion = version };
}
