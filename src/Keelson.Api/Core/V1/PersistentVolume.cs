using Keelson.Api.Meta.V1;

namespace Keelson.Api.Core.V1;

/// <summary>
/// Represents a piece of storage in the cluster, independent of any pod. Administrators make it by hand or a provisioner makes
/// it for a claim; once bound it belongs to that one claim, and its reclaim policy says what follows when the claim goes.
/// </summary>
[Resource("", "v1", "persistentvolumes", Scope.Cluster, ShortNames = ["pv"], Subresources = ["status"])]
public sealed partial record PersistentVolume
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>The storage, its size and how it may be used.</summary>
    [Field(2)] public PersistentVolumeSpec Spec { get; init; } = PersistentVolumeSpec.Empty;

    /// <summary>Phase of the volume and who is using it.</summary>
    [Field(3)] public PersistentVolumeStatus Status { get; init; } = PersistentVolumeStatus.Empty;
}

/// <summary>Describes a persistent volume: its storage, size and rules of use.</summary>
[ApiType]
public sealed partial record PersistentVolumeSpec
{
    /// <summary>Size of the volume, under the resource name storage.</summary>
    [Field(1)] public ApiMap<Quantity> Capacity { get; init; }

    [Field(2), Inline] public PersistentVolumeSource PersistentVolumeSource { get; init; } = PersistentVolumeSource.Empty;

    /// <summary>Ways in which the volume can be mounted: ReadWriteOnce, ReadOnlyMany, ReadWriteMany or ReadWriteOncePod.</summary>
    [Field(3), KnownValues(typeof(PersistentVolumeAccessMode)), Atomic] public ApiList<string> AccessModes { get; init; }

    /// <summary>Claim the volume is bound to or reserved for; binding is complete when the claim names the volume too.</summary>
    [Field(4), Granular] public ObjectReference? ClaimRef { get; init; }

    /// <summary>
    /// What follows release: Retain, Delete or the deprecated Recycle. Retain by default for hand-made volumes, the class decides
    /// for provisioned ones.
    /// </summary>
    [Field(5), KnownValues(typeof(PersistentVolumeReclaimPolicy))] public string PersistentVolumeReclaimPolicy { get; init; } = "";

    /// <summary>Class the volume belongs to; only claims of that class can bind it, and empty means no class.</summary>
    [Field(6)] public string StorageClassName { get; init; } = "";

    /// <summary>Extra options for mounting, such as hard or nfsvers=4.1; not checked, so a wrong one makes mounts fail.</summary>
    [Field(7), Atomic] public ApiList<string> MountOptions { get; init; }

    /// <summary>Filesystem to mount a directory or Block to hand out the raw device; Filesystem by default. Immutable.</summary>
    [Field(8), KnownValues(typeof(PersistentVolumeMode))] public string? VolumeMode { get; init; }

    /// <summary>Nodes from which the volume can be reached; pods using it are scheduled accordingly.</summary>
    [Field(9)] public VolumeNodeAffinity? NodeAffinity { get; init; }

    /// <summary>Class with the changeable settings applied to the volume; must agree with that of the claim to bind.</summary>
    [Field(10)] public string? VolumeAttributesClassName { get; init; }
}

/// <summary>The values of PersistentVolumeReclaimPolicy that are known.</summary>
[Closed]
public static class PersistentVolumeReclaimPolicy
{
    public const string Delete = "Delete";
    public const string Recycle = "Recycle";
    public const string Retain = "Retain";
}

/// <summary>From which nodes a persistent volume can be reached.</summary>
[ApiType]
public sealed partial record VolumeNodeAffinity
{
    /// <summary>Selector that a node must match to reach the volume.</summary>
    [Field(1)] public NodeSelector? Required { get; init; }
}

/// <summary>How a persistent volume stands.</summary>
[ApiType]
public sealed partial record PersistentVolumeStatus
{
    /// <summary>Pending, Available (unclaimed), Bound, Released (its claim is gone) or Failed (reclaiming did not work).</summary>
    [Field(1), KnownValues(typeof(PersistentVolumePhase))] public string Phase { get; init; } = "";

    /// <summary>Why the volume is in its phase, for people to read.</summary>
    [Field(2)] public string Message { get; init; } = "";

    /// <summary>Brief machine-readable cause of a failure in CamelCase.</summary>
    [Field(3)] public string Reason { get; init; } = "";

    /// <summary>When the volume last went from one phase to another.</summary>
    [Field(4)] public Time? LastPhaseTransitionTime { get; init; }
}

/// <summary>The values of PersistentVolumePhase that are known.</summary>
[Closed]
public static class PersistentVolumePhase
{
    public const string Available = "Available";
    public const string Bound = "Bound";
    public const string Failed = "Failed";
    public const string Pending = "Pending";
    public const string Released = "Released";
}
