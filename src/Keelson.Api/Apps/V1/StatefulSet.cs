using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;

namespace Keelson.Api.Apps.V1;

/// <summary>
/// Runs pods that are not interchangeable, for databases and other clustered software. Each pod keeps its name, DNS entry and
/// volumes across restarts and moves, and pods are started, updated and removed in order.
/// </summary>
[Resource("apps", "v1", "statefulsets", Scope.Namespaced,
    ShortNames = ["sts"],
    Categories = ["all"],
    Subresources = ["scale:autoscaling/v1/Scale", "status"])]
public sealed partial record StatefulSet
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>Wanted behaviour.</summary>
    [Field(2)] public StatefulSetSpec Spec { get; init; } = StatefulSetSpec.Empty;

    /// <summary>What the controller last observed.</summary>
    [Field(3)] public StatefulSetStatus Status { get; init; } = StatefulSetStatus.Empty;
}

/// <summary>Wanted behaviour of a StatefulSet.</summary>
[ApiType]
public sealed partial record StatefulSetSpec
{
    /// <summary>Number of pods wanted. Defaults to 1.</summary>
    [Field(1)] public int? Replicas { get; init; }

    /// <summary>Which pods belong to the StatefulSet; must match the labels of the template. Immutable.</summary>
    [Field(2, Emit = Emit.Always)] public LabelSelector? Selector { get; init; }

    /// <summary>Pod to run; each is named NAME-ORDINAL. Its restartPolicy must be Always.</summary>
    [Field(3, Emit = Emit.Always)] public PodTemplateSpec Template { get; init; } = PodTemplateSpec.Empty;

    /// <summary>
    /// Claims created for each pod and reattached when it comes back; a claim wins over a volume of the same name in the template.
    /// Immutable.
    /// </summary>
    [Field(4), Atomic] public ApiList<PersistentVolumeClaim> VolumeClaimTemplates { get; init; }

    /// <summary>Headless Service that gives the pods their DNS names; it must be created separately. Immutable.</summary>
    [Field(5, Emit = Emit.Always), Optional] public string ServiceName { get; init; } = "";

    /// <summary>OrderedReady (default) starts and stops pods one at a time in order; Parallel does so all at once when scaling. Immutable.</summary>
    [Field(6), KnownValues(typeof(PodManagementPolicyType))] public string PodManagementPolicy { get; init; } = "";

    /// <summary>How existing pods are replaced when the template changes.</summary>
    [Field(7)] public StatefulSetUpdateStrategy UpdateStrategy { get; init; } = StatefulSetUpdateStrategy.Empty;

    /// <summary>How many old revisions are kept for rollback. Defaults to 10.</summary>
    [Field(8)] public int? RevisionHistoryLimit { get; init; }

    /// <summary>Seconds a new pod must be ready without a crash to count as available. Defaults to 0.</summary>
    [Field(9)] public int MinReadySeconds { get; init; }

    /// <summary>Whether claims outlive the StatefulSet or its removed pods. Unset keeps them in every case.</summary>
    [Field(10)] public StatefulSetPersistentVolumeClaimRetentionPolicy? PersistentVolumeClaimRetentionPolicy { get; init; }

    /// <summary>How pods are numbered. Unset counts from 0.</summary>
    [Field(11)] public StatefulSetOrdinals? Ordinals { get; init; }
}

/// <summary>The values of PodManagementPolicyType that are known.</summary>
[Closed]
public static class PodManagementPolicyType
{
    public const string OrderedReady = "OrderedReady";
    public const string Parallel = "Parallel";
}

/// <summary>How the pods of a StatefulSet are numbered.</summary>
[ApiType]
public sealed partial record StatefulSetOrdinals
{
    /// <summary>Number of the first pod; the others follow on without gaps. Defaults to 0.</summary>
    [Field(1, Emit = Emit.Always), Optional] public int Start { get; init; }
}

/// <summary>What becomes of the claims made from volumeClaimTemplates.</summary>
[ApiType]
public sealed partial record StatefulSetPersistentVolumeClaimRetentionPolicy
{
    /// <summary>Fate of the claims when the StatefulSet is deleted: Retain (default) or Delete.</summary>
    [Field(1), KnownValues(typeof(PersistentVolumeClaimRetentionPolicyType))] public string WhenDeleted { get; init; } = "";

    /// <summary>Fate of the claims of pods removed by scaling down: Retain (default) or Delete.</summary>
    [Field(2), KnownValues(typeof(PersistentVolumeClaimRetentionPolicyType))] public string WhenScaled { get; init; } = "";
}

/// <summary>The values of PersistentVolumeClaimRetentionPolicyType that are known.</summary>
public static class PersistentVolumeClaimRetentionPolicyType
{
    public const string Delete = "Delete";
    public const string Retain = "Retain";
}

/// <summary>How a StatefulSet replaces its pods.</summary>
[ApiType]
public sealed partial record StatefulSetUpdateStrategy
{
    /// <summary>RollingUpdate (default) replaces pods from the highest ordinal down; OnDelete waits until somebody deletes them.</summary>
    [Field(1), KnownValues(typeof(StatefulSetUpdateStrategyType))] public string Type { get; init; } = "";

    /// <summary>Pace and extent of a rolling update; only with type RollingUpdate.</summary>
    [Field(2)] public RollingUpdateStatefulSetStrategy? RollingUpdate { get; init; }
}

/// <summary>Pace and extent of a rolling update of a StatefulSet.</summary>
[ApiType]
public sealed partial record RollingUpdateStatefulSetStrategy
{
    /// <summary>Only pods with this ordinal or a higher one are updated, which allows a canary. Defaults to 0, all pods.</summary>
    [Field(1)] public int? Partition { get; init; }

    /// <summary>Pods that may be down during the update, as a number or a percentage rounded up; not 0. Defaults to 1.</summary>
    [Field(2)] public IntOrString? MaxUnavailable { get; init; }
}

/// <summary>The values of StatefulSetUpdateStrategyType that are known.</summary>
[Closed]
public static class StatefulSetUpdateStrategyType
{
    public const string OnDelete = "OnDelete";
    public const string RollingUpdate = "RollingUpdate";
}

/// <summary>What the controller observed about a StatefulSet.</summary>
[ApiType]
public sealed partial record StatefulSetStatus
{
    /// <summary>Generation of the spec the status describes.</summary>
    [Field(1)] public long ObservedGeneration { get; init; }

    /// <summary>Pods the controller has created.</summary>
    [Field(2, Emit = Emit.Always)] public int Replicas { get; init; }

    /// <summary>Pods that are ready.</summary>
    [Field(3)] public int ReadyReplicas { get; init; }

    /// <summary>Pods running the revision named by currentRevision.</summary>
    [Field(4)] public int CurrentReplicas { get; init; }

    /// <summary>Pods running the revision named by updateRevision.</summary>
    [Field(5)] public int UpdatedReplicas { get; init; }

    /// <summary>Revision the not yet updated pods run.</summary>
    [Field(6)] public string CurrentRevision { get; init; } = "";

    /// <summary>Revision the pods are being moved to; equals currentRevision when no update is under way.</summary>
    [Field(7)] public string UpdateRevision { get; init; } = "";

    /// <summary>How often the hash in a revision's name clashed; the controller mixes it in to find a fresh name.</summary>
    [Field(9)] public int? CollisionCount { get; init; }

    /// <summary>Current conditions, one for each type.</summary>
    [Field(10), ListMap("type"), StrategicMerge("merge", Key = "type")] public ApiList<StatefulSetCondition> Conditions { get; init; }

    /// <summary>Pods that have been ready for at least minReadySeconds.</summary>
    [Field(11, Emit = Emit.Always), Optional] public int AvailableReplicas { get; init; }
}

/// <summary>One aspect of the state of a StatefulSet.</summary>
[ApiType]
public sealed partial record StatefulSetCondition
{
    /// <summary>Name of the condition.</summary>
    [Field(1, Emit = Emit.Always)] public string Type { get; init; } = "";

    /// <summary>True, False or Unknown.</summary>
    [Field(2, Emit = Emit.Always), KnownValues(typeof(ConditionStatus))] public string Status { get; init; } = "";

    /// <summary>When status last changed.</summary>
    [Field(3)] public Time LastTransitionTime { get; init; }

    /// <summary>One CamelCase word explaining the last change.</summary>
    [Field(4)] public string Reason { get; init; } = "";

    /// <summary>Explanation for human readers.</summary>
    [Field(5)] public string Message { get; init; } = "";
}
