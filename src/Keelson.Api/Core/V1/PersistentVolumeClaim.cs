using Keelson.Api.Meta.V1;

namespace Keelson.Api.Core.V1;

/// <summary>
/// Asks for storage of some size, class and access mode, so that users need not know what provides it. The cluster binds it to a
/// matching volume or has one provisioned, and pods mount it by name. A claim in use is not removed until its pods end.
/// </summary>
[Resource("", "v1", "persistentvolumeclaims", Scope.Namespaced, ShortNames = ["pvc"], Subresources = ["status"])]
public sealed partial record PersistentVolumeClaim
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>The storage that is wanted: its size, class, access modes and source.</summary>
    [Field(2)] public PersistentVolumeClaimSpec Spec { get; init; } = PersistentVolumeClaimSpec.Empty;

    /// <summary>What has been bound and how resizing or changing it goes.</summary>
    [Field(3)] public PersistentVolumeClaimStatus Status { get; init; } = PersistentVolumeClaimStatus.Empty;
}

/// <summary>What a claim has got.</summary>
[ApiType]
public sealed partial record PersistentVolumeClaimStatus
{
    /// <summary>Pending until bound, Bound, or Lost when the bound volume has vanished.</summary>
    [Field(1), KnownValues(typeof(PersistentVolumeClaimPhase))] public string Phase { get; init; } = "";

    /// <summary>Ways in which the bound volume may be mounted.</summary>
    [Field(2), KnownValues(typeof(PersistentVolumeAccessMode)), Atomic] public ApiList<string> AccessModes { get; init; }

    /// <summary>Actual size of the bound volume, under the resource name storage.</summary>
    [Field(3)] public ApiMap<Quantity> Capacity { get; init; }

    /// <summary>Findings about resizing, modification and use, at most one per type.</summary>
    [Field(4), ListMap("type"), StrategicMerge("merge", Key = "type")] public ApiList<PersistentVolumeClaimCondition> Conditions { get; init; }

    /// <summary>Size the volume is being grown to, which may exceed capacity while a resize is going on.</summary>
    [Field(5)] public ApiMap<Quantity> AllocatedResources { get; init; }

    /// <summary>
    /// Progress by resource: ControllerResizeInProgress, ControllerResizeInfeasible, NodeResizePending, NodeResizeInProgress or
    /// NodeResizeInfeasible.
    /// </summary>
    [Field(7), KnownValues(typeof(ClaimResourceStatus)), Granular] public ApiMap<string> AllocatedResourceStatuses { get; init; }

    /// <summary>Volume attributes class in force; unset when there is none.</summary>
    [Field(8)] public string? CurrentVolumeAttributesClassName { get; init; }

    /// <summary>Progress of a change of class; unset when none is going on.</summary>
    [Field(9)] public ModifyVolumeStatus? ModifyVolumeStatus { get; init; }
}

/// <summary>The values of ClaimResourceStatus that are known.</summary>
[Closed]
public static class ClaimResourceStatus
{
    public const string ControllerResizeInProgress = "ControllerResizeInProgress";
    public const string ControllerResizeInfeasible = "ControllerResizeInfeasible";
    public const string NodeResizeInProgress = "NodeResizeInProgress";
    public const string NodeResizeInfeasible = "NodeResizeInfeasible";
    public const string NodeResizePending = "NodeResizePending";
}

/// <summary>Progress of applying a different volume attributes class to a volume.</summary>
[ApiType]
public sealed partial record ModifyVolumeStatus
{
    /// <summary>Class the volume is being changed to.</summary>
    [Field(1)] public string TargetVolumeAttributesClassName { get; init; } = "";

    /// <summary>Pending (something missing, such as the class), InProgress, or Infeasible (the driver refused, so choose another class).</summary>
    [Field(2, Emit = Emit.Always), KnownValues(typeof(PersistentVolumeClaimModifyVolumeStatus))] public string Status { get; init; } = "";
}

/// <summary>The values of PersistentVolumeClaimModifyVolumeStatus that are known.</summary>
[Closed]
public static class PersistentVolumeClaimModifyVolumeStatus
{
    public const string InProgress = "InProgress";
    public const string Infeasible = "Infeasible";
    public const string Pending = "Pending";
}

/// <summary>One finding about a claim.</summary>
[ApiType]
public sealed partial record PersistentVolumeClaimCondition
{
    /// <summary>Resizing, FileSystemResizePending, ControllerResizeError, NodeResizeError, ModifyingVolume, ModifyVolumeError or Unused.</summary>
    [Field(1, Emit = Emit.Always), KnownValues(typeof(PersistentVolumeClaimConditionType))] public string Type { get; init; } = "";

    /// <summary>Whether the finding holds: True, False or Unknown.</summary>
    [Field(2, Emit = Emit.Always), KnownValues(typeof(ConditionStatus))] public string Status { get; init; } = "";

    /// <summary>When the finding was last checked, even if unchanged.</summary>
    [Field(3)] public Time LastProbeTime { get; init; }

    /// <summary>When the status last went from one value to another.</summary>
    [Field(4)] public Time LastTransitionTime { get; init; }

    /// <summary>Brief cause in CamelCase for programs, specific to the type.</summary>
    [Field(5)] public string Reason { get; init; } = "";

    /// <summary>Details for people to read, in free text that programs should not parse.</summary>
    [Field(6)] public string Message { get; init; } = "";
}

/// <summary>The values of PersistentVolumeClaimConditionType that are known.</summary>
public static class PersistentVolumeClaimConditionType
{
    public const string ControllerResizeError = "ControllerResizeError";
    public const string FileSystemResizePending = "FileSystemResizePending";
    public const string NodeResizeError = "NodeResizeError";
    public const string Resizing = "Resizing";
    public const string Unused = "Unused";
    public const string ModifyVolumeError = "ModifyVolumeError";
    public const string ModifyingVolume = "ModifyingVolume";
}

/// <summary>The values of PersistentVolumeClaimPhase that are known.</summary>
[Closed]
public static class PersistentVolumeClaimPhase
{
    public const string Bound = "Bound";
    public const string Lost = "Lost";
    public const string Pending = "Pending";
}
