using Keelson.Api.Meta.V1;

namespace Keelson.Api.Scheduling.V1Alpha2;

/// <summary>
/// Binds pods together for scheduling, for parallel jobs that are useless unless enough of their pods run at once. Pods name
/// their group, and the scheduler holds them back until the group's policy can be met. It is an alpha interface.
/// </summary>
[Resource("scheduling.k8s.io", "v1alpha2", "podgroups", Scope.Namespaced, Subresources = ["status"])]
public sealed partial record PodGroup
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>Wanted scheduling of the group.</summary>
    [Field(2, Emit = Emit.Always)] public PodGroupSpec Spec { get; init; } = PodGroupSpec.Empty;

    /// <summary>What the scheduler and controllers observed.</summary>
    [Field(3)] public PodGroupStatus Status { get; init; } = PodGroupStatus.Empty;
}

/// <summary>Wanted scheduling of a pod group.</summary>
[ApiType]
public sealed partial record PodGroupSpec
{
    /// <summary>Template of a Workload the group was made from. Immutable; unset for a group that stands alone.</summary>
    [Field(1, Emit = Emit.Always), Optional, Immutable] public PodGroupTemplateReference? PodGroupTemplateRef { get; init; }

    /// <summary>Whether pods are scheduled one by one or as a gang. Immutable.</summary>
    [Field(2, Emit = Emit.Always), Immutable] public PodGroupSchedulingPolicy SchedulingPolicy { get; init; } = PodGroupSchedulingPolicy.Empty;

    /// <summary>Placement of the pods relative to each other; needs the TopologyAwareWorkloadScheduling feature. Immutable.</summary>
    [Field(3)] public PodGroupSchedulingConstraints? SchedulingConstraints { get; init; }

    /// <summary>Claims the pods of the group share. At most 4; immutable.</summary>
    [Field(4), ListMap("name"), StrategicMerge("merge,retainKeys", Key = "name"), MaxItems(4), Immutable]
    public ApiList<PodGroupResourceClaim> ResourceClaims { get; init; }

    /// <summary>
    /// Pod (default) lets preemption remove single pods, PodGroup only the group as a whole; needs the WorkloadAwarePreemption
    /// feature. Immutable.
    /// </summary>
    [Field(5), Default("\"Pod\""), KnownValues(typeof(DisruptionMode))] public string? DisruptionMode { get; init; }

    /// <summary>PriorityClass of the group. Unset uses the global default class; needs the WorkloadAwarePreemption feature. Immutable.</summary>
    [Field(6)] public string PriorityClassName { get; init; } = "";

    /// <summary>
    /// Priority of the group, normally filled from its class; at most 1000000000. Needs the WorkloadAwarePreemption feature;
    /// immutable.
    /// </summary>
    [Field(7)] public int? Priority { get; init; }
}

/// <summary>Refers to the template of a pod group; exactly one kind is set.</summary>
[ApiType]
public sealed partial record PodGroupTemplateReference
{
    /// <summary>A template within a Workload.</summary>
    [Field(1, Emit = Emit.Always), Optional, UnionMember] public WorkloadPodGroupTemplateReference? Workload { get; init; }
}

/// <summary>Refers to a template within a Workload.</summary>
[ApiType]
public sealed partial record WorkloadPodGroupTemplateReference
{
    /// <summary>Name of the Workload, in the same namespace.</summary>
    [Field(1, Emit = Emit.Always), Format("k8s-long-name")] public string WorkloadName { get; init; } = "";

    /// <summary>Name of the template within the Workload.</summary>
    [Field(2, Emit = Emit.Always), Format("k8s-short-name")] public string PodGroupTemplateName { get; init; } = "";
}

/// <summary>What was observed about a pod group.</summary>
[ApiType]
public sealed partial record PodGroupStatus
{
    /// <summary>Current conditions; PodGroupScheduled tells whether the group has been placed and, if not, why.</summary>
    [Field(1), ListMap("type"), StrategicMerge("merge", Key = "type")] public ApiList<Condition> Conditions { get; init; }

    /// <summary>Claims made for the group. At most 4.</summary>
    [Field(2), ListMap("name"), StrategicMerge("merge,retainKeys", Key = "name"), MaxItems(4)]
    public ApiList<PodGroupResourceClaimStatus> ResourceClaimStatuses { get; init; }
}

/// <summary>Which claim was made for an entry of resourceClaims.</summary>
[ApiType]
public sealed partial record PodGroupResourceClaimStatus
{
    /// <summary>Name of the entry.</summary>
    [Field(1, Emit = Emit.Always)] public string Name { get; init; } = "";

    /// <summary>ResourceClaim made for the entry. Unset if none was needed.</summary>
    [Field(2), Format("k8s-long-name")] public string? ResourceClaimName { get; init; }
}
