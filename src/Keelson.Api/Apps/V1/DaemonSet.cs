using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;

namespace Keelson.Api.Apps.V1;

/// <summary>
/// Runs one pod on every eligible node, for agents such as log collectors, network plugins and storage drivers. Nodes that join
/// get a pod at once, and nodes that leave take theirs with them.
/// </summary>
[Resource("apps", "v1", "daemonsets", Scope.Namespaced, ShortNames = ["ds"], Categories = ["all"], Subresources = ["status"])]
public sealed partial record DaemonSet
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>Wanted behaviour.</summary>
    [Field(2)] public DaemonSetSpec Spec { get; init; } = DaemonSetSpec.Empty;

    /// <summary>What the controller last observed; may lag a little.</summary>
    [Field(3)] public DaemonSetStatus Status { get; init; } = DaemonSetStatus.Empty;
}

/// <summary>Wanted behaviour of a DaemonSet.</summary>
[ApiType]
public sealed partial record DaemonSetSpec
{
    /// <summary>Which pods belong to the DaemonSet; must match the labels of the template. Immutable.</summary>
    [Field(1, Emit = Emit.Always)] public LabelSelector? Selector { get; init; }

    /// <summary>Pod to run on each node its node selector and affinity allow. Its restartPolicy must be Always.</summary>
    [Field(2, Emit = Emit.Always)] public PodTemplateSpec Template { get; init; } = PodTemplateSpec.Empty;

    /// <summary>How existing pods are replaced when the template changes.</summary>
    [Field(3)] public DaemonSetUpdateStrategy UpdateStrategy { get; init; } = DaemonSetUpdateStrategy.Empty;

    /// <summary>Seconds a new pod must be ready without a crash to count as available. Defaults to 0.</summary>
    [Field(4)] public int MinReadySeconds { get; init; }

    /// <summary>How many old revisions are kept for rollback. Defaults to 10.</summary>
    [Field(6)] public int? RevisionHistoryLimit { get; init; }
}

/// <summary>How a DaemonSet replaces its pods.</summary>
[ApiType]
public sealed partial record DaemonSetUpdateStrategy
{
    /// <summary>RollingUpdate (default) replaces pods by itself; OnDelete waits until somebody deletes them.</summary>
    [Field(1), KnownValues(typeof(DaemonSetUpdateStrategyType))] public string Type { get; init; } = "";

    /// <summary>Pace of a rolling update; only with type RollingUpdate.</summary>
    [Field(2)] public RollingUpdateDaemonSet? RollingUpdate { get; init; }
}

/// <summary>The values of DaemonSetUpdateStrategyType that are known.</summary>
[Closed]
public static class DaemonSetUpdateStrategyType
{
    public const string OnDelete = "OnDelete";
    public const string RollingUpdate = "RollingUpdate";
}

/// <summary>Pace at which a DaemonSet rolls out a change.</summary>
[ApiType]
public sealed partial record RollingUpdateDaemonSet
{
    /// <summary>
    /// Nodes whose pod may be down during the update, as a number or a percentage rounded up. Defaults to 1; may be 0 only if
    /// maxSurge is not.
    /// </summary>
    [Field(1)] public IntOrString? MaxUnavailable { get; init; }

    /// <summary>Nodes that may run the old and the new pod together, as a number or a percentage rounded up. Defaults to 0.</summary>
    [Field(2)] public IntOrString? MaxSurge { get; init; }
}

/// <summary>What the controller observed about a DaemonSet.</summary>
[ApiType]
public sealed partial record DaemonSetStatus
{
    /// <summary>Nodes that should run the pod and do run at least one.</summary>
    [Field(1, Emit = Emit.Always)] public int CurrentNumberScheduled { get; init; }

    /// <summary>Nodes that run the pod although they should not.</summary>
    [Field(2, Emit = Emit.Always)] public int NumberMisscheduled { get; init; }

    /// <summary>Nodes that should run the pod.</summary>
    [Field(3, Emit = Emit.Always)] public int DesiredNumberScheduled { get; init; }

    /// <summary>Nodes that should run the pod and have at least one that is ready.</summary>
    [Field(4, Emit = Emit.Always)] public int NumberReady { get; init; }

    /// <summary>Generation of the spec the status describes.</summary>
    [Field(5)] public long ObservedGeneration { get; init; }

    /// <summary>Nodes that run the pod of the newest template.</summary>
    [Field(6)] public int UpdatedNumberScheduled { get; init; }

    /// <summary>Nodes that should run the pod and have one ready for at least minReadySeconds.</summary>
    [Field(7)] public int NumberAvailable { get; init; }

    /// <summary>Nodes that should run the pod but have none available.</summary>
    [Field(8)] public int NumberUnavailable { get; init; }

    /// <summary>How often the hash in a revision's name clashed; the controller mixes it in to find a fresh name.</summary>
    [Field(9)] public int? CollisionCount { get; init; }

    /// <summary>Current conditions, one for each type.</summary>
    [Field(10), ListMap("type"), StrategicMerge("merge", Key = "type")] public ApiList<DaemonSetCondition> Conditions { get; init; }
}

/// <summary>One aspect of the state of a DaemonSet.</summary>
[ApiType]
public sealed partial record DaemonSetCondition
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
