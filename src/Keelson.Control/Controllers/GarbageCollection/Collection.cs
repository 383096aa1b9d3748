using Keelson.Api;
using Keelson.Api.Meta.V1;

namespace Keelson.Control.Controllers.GarbageCollection;

/// <summary>How it stands with an owner that an object names.</summary>
internal enum OwnerState
{
    /// <summary>It is there and keeps the object.</summary>
    Solid,

    /// <summary>It does not exist, as the server itself said.</summary>
    Absent,

    /// <summary>It is being deleted and waits for what it owns.</summary>
    Waiting,
}

/// <summary>What becomes of an object for its owners' sake.</summary>
/// <param name="Owners">The owners that it is to name from now on; null where nothing changes.</param>
/// <param name="Propagation">How it is deleted; null where it stays.</param>
internal readonly record struct Collection(ApiList<OwnerReference>? Owners, string? Propagation)
{
    public const string OrphanFinalizer = "orphan";
    public const string ForegroundFinalizer = "foregroundDeletion";

    public static Collection Nothing => default;

    /// <param name="owners">The owners that the object names, each with its state.</param>
    /// <param name="hasDependents">Whether the object owns others.</param>
    public static Collection Decide(ObjectMeta metadata, IReadOnlyList<(OwnerReference Owner, OwnerState State)> owners, bool hasDependents)
    {
        if (owners.Count == 0 || metadata.DeletionTimestamp is not null) return Nothing;
        if (owners.Any(entry => entry.State == OwnerState.Solid))
        {
            // One owner is enough to live; the others are only struck off.
            var solid = owners.Where(entry => entry.State == OwnerState.Solid).Select(entry => entry.Owner).ToApiList();
            return solid.Count == owners.Count ? Nothing : new Collection(solid, null);
        }

        if (hasDependents && owners.Any(entry => entry.State == OwnerState.Waiting)) return new Collection(null, DeletionPropagation.Foreground);
        if (metadata.Finalizers.Contains(OrphanFinalizer)) return new Collection(null, DeletionPropagation.Orphan);
        return new Collection(null, metadata.Finalizers.Contains(ForegroundFinalizer) ? DeletionPropagation.Foreground : DeletionPropagation.Background);
    }
}
