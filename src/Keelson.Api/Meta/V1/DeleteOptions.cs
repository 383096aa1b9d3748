namespace Keelson.Api.Meta.V1;

/// <summary>Options of a delete request.</summary>
[Kind("", "v1")]
public sealed partial record DeleteOptions
{
    /// <summary>Seconds until the object goes; 0 deletes at once. The default of the kind, or of the object, when unset.</summary>
    [Field(1)] public long? GracePeriodSeconds { get; init; }

    /// <summary>What must hold for the deletion to happen; otherwise it fails with a conflict.</summary>
    [Field(2)] public Preconditions? Preconditions { get; init; }

    /// <summary>Deprecated; use propagationPolicy. True leaves dependents alone, false deletes them.</summary>
    [Field(3)] public bool? OrphanDependents { get; init; }

    /// <summary>
    /// Fate of dependents: Orphan (keep), Background (delete afterwards) or Foreground (delete first); the kind's default when
    /// unset.
    /// </summary>
    [Field(4), KnownValues(typeof(DeletionPropagation))] public string? PropagationPolicy { get; init; }

    /// <summary>All runs every stage without deleting anything; empty, the default, deletes.</summary>
    [Field(5), Atomic] public ApiList<string> DryRun { get; init; }

    /// <summary>
    /// Delete an object that cannot be read from storage, skipping finalizers and preconditions; a dangerous last resort. False by
    /// default.
    /// </summary>
    [Field(6)] public bool? IgnoreStoreReadErrorWithClusterBreakingPotential { get; init; }
}

/// <summary>The values of DeletionPropagation that are known.</summary>
public static class DeletionPropagation
{
    public const string Background = "Background";
    public const string Foreground = "Foreground";
    public const string Orphan = "Orphan";
}

/// <summary>What must hold for a request to be carried out; otherwise it fails with a conflict.</summary>
[ApiType]
public sealed partial record Preconditions
{
    /// <summary>UID that the object must have; not checked when unset.</summary>
    [Field(1)] public string? Uid { get; init; }

    /// <summary>Resource version that the object must have; not checked when unset.</summary>
    [Field(2)] public string? ResourceVersion { get; init; }
}
