using Keelson.Api.Meta.V1;

namespace Keelson.Api.Scheduling.V1Alpha2;

/// <summary>
/// Describes how the pod groups of an application are to be scheduled, as templates from which its controller makes PodGroups.
/// It runs nothing by itself and is an alpha interface.
/// </summary>
[Resource("scheduling.k8s.io", "v1alpha2", "workloads", Scope.Namespaced)]
public sealed partial record Workload
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>The groups and who manages them.</summary>
    [Field(2, Emit = Emit.Always)] public WorkloadSpec Spec { get; init; } = WorkloadSpec.Empty;
}

/// <summary>Contents of a Workload.</summary>
[ApiType]
public sealed partial record WorkloadSpec
{
    /// <summary>Object, such as a Job, that runs the application; for tools to show the connection. Immutable once set.</summary>
    [Field(1), Immutable] public TypedLocalObjectReference? ControllerRef { get; init; }

    /// <summary>Patterns for the groups of the application. 1 to 8; immutable.</summary>
    [Field(2, Emit = Emit.Always), ListMap("name"), MaxItems(8), Immutable] public ApiList<PodGroupTemplate> PodGroupTemplates { get; init; }
}

/// <summary>A pattern for pod groups within a Workload.</summary>
[ApiType]
public sealed partial record PodGroupTemplate
{
    /// <summary>Name of the template, a DNS label unique within the Workload. Immutable.</summary>
    [Field(1, Emit = Emit.Always), Format("k8s-short-name")] public string Name { get; init; } = "";

    /// <summary>Whether pods of the groups are scheduled one by one or as a gang.</summary>
    [Field(2, Emit = Emit.Always)] public PodGroupSchedulingPolicy SchedulingPolicy { get; init; } = PodGroupSchedulingPolicy.Empty;

    /// <summary>Placement of the pods of a group relative to each other; needs the TopologyAwareWorkloadScheduling feature.</summary>
    [Field(3, Emit = Emit.Always), Optional] public PodGroupSchedulingConstraints? SchedulingConstraints { get; init; }

    /// <summary>Claims the pods of a group share. At most 4; immutable.</summary>
    [Field(4), ListMap("name"), StrategicMerge("merge,retainKeys", Key = "name"), MaxItems(4), Immutable]
    public ApiList<PodGroupResourceClaim> ResourceClaims { get; init; }

    /// <summary>Pod lets preemption remove single pods, PodGroup only groups as a whole; needs the WorkloadAwarePreemption feature.</summary>
    [Field(5), KnownValues(typeof(DisruptionMode))] public string? DisruptionMode { get; init; }

    /// <summary>PriorityClass of the groups. Unset uses the global default class; needs the WorkloadAwarePreemption feature.</summary>
    [Field(6)] public string PriorityClassName { get; init; } = "";

    /// <summary>Priority of the groups, normally filled from the class; at most 1000000000. Needs the WorkloadAwarePreemption feature.</summary>
    [Field(7)] public int? Priority { get; init; }
}

/// <summary>Refers to an object of any kind in the same namespace.</summary>
[ApiType]
public sealed partial record TypedLocalObjectReference
{
    /// <summary>API group of the object. Empty is the core group.</summary>
    [Field(1), Format("k8s-long-name")] public string ApiGroup { get; init; } = "";

    /// <summary>Kind of the object.</summary>
    [Field(2, Emit = Emit.Always), Format("k8s-path-segment-name")] public string Kind { get; init; } = "";

    /// <summary>Name of the object.</summary>
    [Field(3, Emit = Emit.Always), Format("k8s-path-segment-name")] public string Name { get; init; } = "";
}
