namespace Keelson.Api.Core.V1;

/// <summary>What the kubelet observes about one container of a pod.</summary>
[ApiType]
public sealed partial record ContainerStatus
{
    /// <summary>Name of the container, as in the pod spec.</summary>
    [Field(1, Emit = Emit.Always)] public string Name { get; init; } = "";

    /// <summary>What the container is doing now: waiting, running or terminated.</summary>
    [Field(2)] public ContainerState State { get; init; } = ContainerState.Empty;

    /// <summary>How the previous run ended, when the container has been restarted.</summary>
    [Field(3)] public ContainerState LastState { get; init; } = ContainerState.Empty;

    /// <summary>Whether the container runs and passes its readiness probe, so that it may receive traffic.</summary>
    [Field(4, Emit = Emit.Always)] public bool Ready { get; init; }

    /// <summary>How often the container was restarted; the kubelet counts what it finds on the node, so old runs may fall out.</summary>
    [Field(5, Emit = Emit.Always)] public int RestartCount { get; init; }

    /// <summary>Image the runtime reports as running; may differ from the spec when several names share one image.</summary>
    [Field(6, Emit = Emit.Always)] public string Image { get; init; } = "";

    /// <summary>Identifier of the image on the node, normally with its digest.</summary>
    [Field(7, Emit = Emit.Always)] public string ImageID { get; init; } = "";

    /// <summary>Runtime identifier of the container, as type://id.</summary>
    [Field(8)] public string ContainerID { get; init; } = "";

    /// <summary>Whether the startup probe has passed and the postStart hook has finished; always false while the container is not running.</summary>
    [Field(9)] public bool? Started { get; init; }

    /// <summary>Resource requests the node has committed to this container, which lag the spec during an in-place resize.</summary>
    [Field(10)] public ApiMap<Quantity> AllocatedResources { get; init; }

    /// <summary>Requests and limits actually in force on the running container.</summary>
    [Field(11)] public ResourceRequirements? Resources { get; init; }

    /// <summary>How each volume ended up being mounted.</summary>
    [Field(12), ListMap("mountPath"), StrategicMerge("merge", Key = "mountPath")] public ApiList<VolumeMountStatus> VolumeMounts { get; init; }

    /// <summary>Identity of the first process of the container at start.</summary>
    [Field(13)] public ContainerUser? User { get; init; }

    /// <summary>Health of the devices given to the container by device plugins or dynamic resource allocation.</summary>
    [Field(14), ListMap("name"), StrategicMerge("merge", Key = "name")] public ApiList<ResourceStatus> AllocatedResourcesStatus { get; init; }

    /// <summary>Effective signal used to stop the container, whether from the spec, the image or the runtime's default.</summary>
    [Field(15), KnownValues(typeof(Signal))] public string? StopSignal { get; init; }
}

/// <summary>What a container is doing now; exactly one member is set, and none means waiting.</summary>
[ApiType]
public sealed partial record ContainerState
{
    /// <summary>Details of a container that is not running yet, for example while its image is pulled.</summary>
    [Field(1)] public ContainerStateWaiting? Waiting { get; init; }

    /// <summary>Details of a container whose main process is running.</summary>
    [Field(2)] public ContainerStateRunning? Running { get; init; }

    /// <summary>Details of a container that has exited.</summary>
    [Field(3)] public ContainerStateTerminated? Terminated { get; init; }
}

/// <summary>Details of a running container.</summary>
[ApiType]
public sealed partial record ContainerStateRunning
{
    /// <summary>When the container was last started or restarted.</summary>
    [Field(1)] public Time StartedAt { get; init; }
}

/// <summary>How and when a container ended.</summary>
[ApiType]
public sealed partial record ContainerStateTerminated
{
    /// <summary>Exit status of the main process; 0 means success.</summary>
    [Field(1, Emit = Emit.Always)] public int ExitCode { get; init; }

    /// <summary>Signal that ended the process, if one did.</summary>
    [Field(2)] public int Signal { get; init; }

    /// <summary>Brief cause in one word, such as Completed, Error or OOMKilled.</summary>
    [Field(3)] public string Reason { get; init; } = "";

    /// <summary>Text the container left behind in its termination message, or an explanation from the runtime.</summary>
    [Field(4)] public string Message { get; init; } = "";

    /// <summary>When this run of the container began.</summary>
    [Field(5)] public Time StartedAt { get; init; }

    /// <summary>When this run of the container ended.</summary>
    [Field(6)] public Time FinishedAt { get; init; }

    /// <summary>Runtime identifier of the ended container, as type://id.</summary>
    [Field(7)] public string ContainerID { get; init; } = "";
}

/// <summary>Why a container is not running yet.</summary>
[ApiType]
public sealed partial record ContainerStateWaiting
{
    /// <summary>Brief cause in one word, such as ContainerCreating, ImagePullBackOff or CrashLoopBackOff.</summary>
    [Field(1)] public string Reason { get; init; } = "";

    /// <summary>Longer explanation for people, for example the error of a failed image pull.</summary>
    [Field(2)] public string Message { get; init; } = "";
}

/// <summary>Identity under which a container started, by operating system.</summary>
[ApiType]
public sealed partial record ContainerUser
{
    /// <summary>User and group ids on Linux; unset on other systems.</summary>
    [Field(1)] public LinuxContainerUser? Linux { get; init; }
}

/// <summary>User and groups of the first process of a container on Linux.</summary>
[ApiType]
public sealed partial record LinuxContainerUser
{
    /// <summary>User id at the start of the process.</summary>
    [Field(1, Emit = Emit.Always)] public long Uid { get; init; }

    /// <summary>Primary group id at the start of the process.</summary>
    [Field(2, Emit = Emit.Always)] public long Gid { get; init; }

    /// <summary>Supplementary group ids at the start of the process.</summary>
    [Field(3), Atomic] public ApiList<long> SupplementalGroups { get; init; }
}

/// <summary>Health of the devices of one resource in a container.</summary>
[ApiType]
public sealed partial record ResourceStatus
{
    /// <summary>Name of the resource, or claim:name/request for dynamic resource allocation.</summary>
    [Field(1, Emit = Emit.Always), KnownValues(typeof(ResourceName))] public string Name { get; init; } = "";

    /// <summary>Health of each device that the container was given.</summary>
    [Field(2), ListMap("resourceID")] public ApiList<ResourceHealth> Resources { get; init; }
}

/// <summary>Health of one device given to a container.</summary>
[ApiType]
public sealed partial record ResourceHealth
{
    /// <summary>Identifier of the device, unique within its resource.</summary>
    [Field(1, Emit = Emit.Always)] public string ResourceID { get; init; } = "";

    /// <summary>Health of the device: Healthy, Unhealthy or Unknown; Unknown when nothing reports it.</summary>
    [Field(2), KnownValues(typeof(ResourceHealthStatus))] public string Health { get; init; } = "";

    /// <summary>Explanation for people, if the driver gives one.</summary>
    [Field(6)] public string? Message { get; init; }
}

/// <summary>The values of ResourceHealthStatus that are known.</summary>
public static class ResourceHealthStatus
{
    public const string Healthy = "Healthy";
    public const string Unhealthy = "Unhealthy";
    public const string Unknown = "Unknown";
}

/// <summary>How a volume ended up being mounted.</summary>
[ApiType]
public sealed partial record VolumeMountStatus
{
    /// <summary>Name of the mount's volume, as in the spec.</summary>
    [Field(1, Emit = Emit.Always)] public string Name { get; init; } = "";

    /// <summary>Path inside the container, as in the spec.</summary>
    [Field(2, Emit = Emit.Always)] public string MountPath { get; init; } = "";

    /// <summary>Whether the mount, as made, forbids writes.</summary>
    [Field(3)] public bool ReadOnly { get; init; }

    /// <summary>Disabled or Enabled, whichever took effect; never IfPossible.</summary>
    [Field(4), KnownValues(typeof(RecursiveReadOnlyMode))] public string? RecursiveReadOnly { get; init; }

    /// <summary>Further facts that depend on the kind of volume.</summary>
    [Field(5)] public VolumeStatus? VolumeStatus { get; init; }
}

/// <summary>Further facts about a mounted volume, by kind of volume.</summary>
[ApiType]
public sealed partial record VolumeStatus
{
    /// <summary>Facts about an image volume; unset for all other kinds.</summary>
    [Field(1)] public ImageVolumeStatus? Image { get; init; }
}

/// <summary>What an image volume resolved to.</summary>
[ApiType]
public sealed partial record ImageVolumeStatus
{
    /// <summary>Image or artifact that was actually mounted, identified by its digest.</summary>
    [Field(1), Required] public string ImageRef { get; init; } = "";
}
