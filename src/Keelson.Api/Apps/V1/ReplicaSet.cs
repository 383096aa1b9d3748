using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;

namespace Keelson.Api.Apps.V1;

/// <summary>
/// Keeps a given number of pods with the same template alive, replacing those that vanish. Users normally create a Deployment,
/// which owns ReplicaSets and adds rollouts.
/// </summary>
[Resource("apps", "v1", "replicasets", Scope.Namespaced,
    ShortNames = ["rs"],
    Categories = ["all"],
    Subresources = ["scale:autoscaling/v1/Scale", "status"])]
public sealed partial record ReplicaSet
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>Wanted behaviour.</summary>
    [Field(2)] public ReplicaSetSpec Spec { get; init; } = ReplicaSetSpec.Empty;

    /// <summary>What the controller last observed.</summary>
    [Field(3)] public ReplicaSetStatus Status { get; init; } = ReplicaSetStatus.Empty;
}

/// <summary>Wanted behaviour of a ReplicaSet.</summary>
[ApiType]
public sealed partial record ReplicaSetSpec
{
    /// <summary>Number of pods wanted. Defaults to 1; 0 is allowed.</summary>
    [Field(1)] public int? Replicas { get; init; }

    /// <summary>Seconds a new pod must be ready without a crash to count as available. Defaults to 0.</summary>
    [Field(4)] public int MinReadySeconds { get; init; }

    /// <summary>Which pods belong to the ReplicaSet; must match the labels of the template. Immutable.</summary>
    [Field(2, Emit = Emit.Always)] public LabelSelector? Selector { get; init; }

    /// <summary>Pod to create when there are too few. Changing it leaves running pods as they are.</summary>
    [Field(3)] public PodTemplateSpec Template { get; init; } = PodTemplateSpec.Empty;
}

/// <summary>What the controller observed about a ReplicaSet.</summary>
[ApiType]
public sealed partial record ReplicaSetStatus
{
    /// <summary>Pods that belong to the ReplicaSet and are not terminating.</summary>
    [Field(1, Emit = Emit.Always)] public int Replicas { get; init; }

    /// <summary>Of these, pods carrying every label of the template.</summary>
    [Field(2)] public int FullyLabeledReplicas { get; init; }

    /// <summary>Pods that are ready and not terminating.</summary>
    [Field(4)] public int ReadyReplicas { get; init; }

    /// <summary>Pods that have been ready for at least minReadySeconds and are not terminating.</summary>
    [Field(5)] public int AvailableReplicas { get; init; }

    /// <summary>Pods that are being deleted but have not ended yet.</summary>
    [Field(7)] public int? TerminatingReplicas { get; init; }

    /// <summary>Generation of the spec the status describes.</summary>
    [Field(3)] public long ObservedGeneration { get; init; }

    /// <summary>Current conditions, one for each type.</summary>
    [Field(6), ListMap("type"), StrategicMerge("merge", Key = "type")] public ApiList<ReplicaSetCondition> Conditions { get; init; }
}

/// <summary>One aspect of the state of a ReplicaSet.</summary>
[ApiType]
public sealed partial record ReplicaSetCondition
{
    /// <summary>Aspect; ReplicaFailure tells that pods could not be created or deleted.</summary>
    [Field(1, Emit = Emit.Always), KnownValues(typeof(ReplicaSetConditionType))] public string Type { get; init; } = "";

    /// <summary>True, False or Unknown.</summary>
    [Field(2, Emit = Emit.Always), KnownValues(typeof(ConditionStatus))] public string Status { get; init; } = "";

    /// <summary>When status last changed.</summary>
    [Field(3)] public Time LastTransitionTime { get; init; }

    /// <summary>One CamelCase word explaining the last change.</summary>
    [Field(4)] public string Reason { get; init; } = "";

    /// <summary>Explanation for human readers.</summary>
    [Field(5)] public string Message { get; init; } = "";
}

/// <summary>The values of ReplicaSetConditionType that are known.</summary>
public static class ReplicaSetConditionType
{
    public const string ReplicaFailure = "ReplicaFailure";
}
