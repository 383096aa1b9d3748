using Keelson.Api.Meta.V1;

namespace Keelson.Api.Core.V1;

/// <summary>What is observed about a pod; it may trail reality when its node is unreachable.</summary>
[ApiType]
public sealed partial record PodStatus
{
    /// <summary>Generation of the spec that this status reflects.</summary>
    [Field(17)] public long ObservedGeneration { get; init; }

    /// <summary>Coarse stage of life: Pending, Running, Succeeded, Failed or Unknown.</summary>
    [Field(1), KnownValues(typeof(PodPhase))] public string Phase { get; init; } = "";

    /// <summary>Findings about scheduling, readiness, resizing and disruption.</summary>
    [Field(2), ListMap("type"), StrategicMerge("merge", Key = "type")] public ApiList<PodCondition> Conditions { get; init; }

    /// <summary>Why the pod is in its present state, for people.</summary>
    [Field(3)] public string Message { get; init; } = "";

    /// <summary>Brief machine-readable cause in CamelCase, such as Evicted.</summary>
    [Field(4)] public string Reason { get; init; } = "";

    /// <summary>Node on which the scheduler expects to place the pod, for example once preempted pods have left; not a promise.</summary>
    [Field(11)] public string NominatedNodeName { get; init; } = "";

    /// <summary>Primary address of the node that runs the pod.</summary>
    [Field(5)] public string HostIP { get; init; } = "";

    /// <summary>All addresses of that node, at most one per IP family; the first equals hostIP.</summary>
    [Field(16), Atomic, StrategicMerge("merge", Key = "ip")] public ApiList<HostIP> HostIPs { get; init; }

    /// <summary>Primary address of the pod in the cluster; empty until one is assigned.</summary>
    [Field(6)] public string PodIP { get; init; } = "";

    /// <summary>All addresses of the pod, at most one per IP family; the first equals podIP.</summary>
    [Field(12), ListMap("ip"), StrategicMerge("merge", Key = "ip")] public ApiList<PodIP> PodIPs { get; init; }

    /// <summary>When the kubelet took notice of the pod, before pulling images.</summary>
    [Field(7)] public Time? StartTime { get; init; }

    /// <summary>Status of each init container, in the order of the spec.</summary>
    [Field(10), Atomic] public ApiList<ContainerStatus> InitContainerStatuses { get; init; }

    /// <summary>Status of each main container, one entry per container of the spec.</summary>
    [Field(8), Atomic] public ApiList<ContainerStatus> ContainerStatuses { get; init; }

    /// <summary>Service class derived from requests and limits: Guaranteed, Burstable or BestEffort; decides who is evicted first.</summary>
    [Field(9), KnownValues(typeof(PodQOSClass))] public string QosClass { get; init; } = "";

    /// <summary>Status of each ephemeral container that has been added.</summary>
    [Field(13), Atomic] public ApiList<ContainerStatus> EphemeralContainerStatuses { get; init; }

    /// <summary>
    /// Deprecated state of an in-place resize: Deferred, InProgress or Infeasible; see the conditions PodResizePending and
    /// PodResizeInProgress.
    /// </summary>
    [Field(14), KnownValues(typeof(PodResizeStatus))] public string Resize { get; init; } = "";

    /// <summary>Claims that were generated from templates for this pod.</summary>
    [Field(15), ListMap("name"), StrategicMerge("merge,retainKeys", Key = "name")] public ApiList<PodResourceClaimStatus> ResourceClaimStatuses { get; init; }

    /// <summary>Claim that was generated to satisfy extended resources with devices.</summary>
    [Field(18)] public PodExtendedResourceClaimStatus? ExtendedResourceClaimStatus { get; init; }

    /// <summary>Requests the node has committed to the pod as a whole.</summary>
    [Field(19)] public ApiMap<Quantity> AllocatedResources { get; init; }

    /// <summary>Requests and limits in force for the pod as a whole.</summary>
    [Field(20)] public ResourceRequirements? Resources { get; init; }

    /// <summary>Ordinary node resources, such as CPU and memory, that claims of the pod account for.</summary>
    [Field(21), Atomic] public ApiList<NodeAllocatableResourceClaimStatus> NodeAllocatableResourceClaimStatuses { get; init; }
}

/// <summary>One address of the node a pod runs on.</summary>
[ApiType]
public sealed partial record HostIP
{
    /// <summary>IPv4 or IPv6 address assigned to the node.</summary>
    [Field(1, Emit = Emit.Always)] public string Ip { get; init; } = "";
}

/// <summary>How much of a node's ordinary resources a resource claim accounts for in a pod.</summary>
[ApiType]
public sealed partial record NodeAllocatableResourceClaimStatus
{
    /// <summary>Name of the resource claim, in the pod's namespace.</summary>
    [Field(1, Emit = Emit.Always)] public string ResourceClaimName { get; init; } = "";

    /// <summary>Containers of the pod that use the claim.</summary>
    [Field(2), ListSet] public ApiList<string> Containers { get; init; }

    /// <summary>Amounts taken through the claim, by resource such as cpu or memory.</summary>
    [Field(3, Emit = Emit.Always)] public ApiMap<Quantity> Resources { get; init; }
}

/// <summary>One finding about a pod.</summary>
[ApiType]
public sealed partial record PodCondition
{
    /// <summary>
    /// PodScheduled, PodReadyToStartContainers, Initialized, ContainersReady, Ready, DisruptionTarget, PodResizePending,
    /// PodResizeInProgress, AllContainersRestarting or a custom readiness gate.
    /// </summary>
    [Field(1, Emit = Emit.Always), KnownValues(typeof(PodConditionType))] public string Type { get; init; } = "";

    /// <summary>Generation of the pod on which the finding is based.</summary>
    [Field(7)] public long ObservedGeneration { get; init; }

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

/// <summary>The resource claim that was generated to satisfy extended resources of a pod with devices.</summary>
[ApiType]
public sealed partial record PodExtendedResourceClaimStatus
{
    /// <summary>Which container's extended resource is served by which request of the claim.</summary>
    [Field(1, Emit = Emit.Always), Atomic] public ApiList<ContainerExtendedResourceRequest> RequestMappings { get; init; }

    /// <summary>Name of the generated claim, in the pod's namespace.</summary>
    [Field(2, Emit = Emit.Always)] public string ResourceClaimName { get; init; } = "";
}

/// <summary>Maps one extended resource of one container to a device request of a generated resource claim.</summary>
[ApiType]
public sealed partial record ContainerExtendedResourceRequest
{
    /// <summary>Container of the pod whose resource requests name the extended resource.</summary>
    [Field(1, Emit = Emit.Always)] public string ContainerName { get; init; } = "";

    /// <summary>Name of the extended resource that devices satisfy, as written in the container's requests.</summary>
    [Field(2, Emit = Emit.Always)] public string ResourceName { get; init; } = "";

    /// <summary>Name of the request inside the claim.</summary>
    [Field(3, Emit = Emit.Always)] public string RequestName { get; init; } = "";
}

/// <summary>One address of a pod.</summary>
[ApiType]
public sealed partial record PodIP
{
    /// <summary>The address, unique to the pod unless it uses the node's network.</summary>
    [Field(1, Emit = Emit.Always)] public string Ip { get; init; } = "";
}

/// <summary>The values of PodPhase that are known.</summary>
[Closed]
public static class PodPhase
{
    public const string Failed = "Failed";
    public const string Pending = "Pending";
    public const string Running = "Running";
    public const string Succeeded = "Succeeded";
    public const string Unknown = "Unknown";
}

/// <summary>The values of PodQOSClass that are known.</summary>
[Closed]
public static class PodQOSClass
{
    public const string BestEffort = "BestEffort";
    public const string Burstable = "Burstable";
    public const string Guaranteed = "Guaranteed";
}

/// <summary>The values of PodResizeStatus that are known.</summary>
public static class PodResizeStatus
{
    public const string Deferred = "Deferred";
    public const string InProgress = "InProgress";
    public const string Infeasible = "Infeasible";
}

/// <summary>Which claim stands behind an entry of resourceClaims that uses a template.</summary>
[ApiType]
public sealed partial record PodResourceClaimStatus
{
    /// <summary>Name of the entry in the pod spec.</summary>
    [Field(1, Emit = Emit.Always)] public string Name { get; init; } = "";

    /// <summary>Name of the generated claim; unset when none was needed.</summary>
    [Field(2)] public string? ResourceClaimName { get; init; }
}
