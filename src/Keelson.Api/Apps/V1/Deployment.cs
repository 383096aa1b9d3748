using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;

namespace Keelson.Api.Apps.V1;

/// <summary>
/// Runs any number of interchangeable pods and rolls out new versions of them, for stateless applications. It manages one
/// ReplicaSet for each version of the template, moves pods between them at a controlled pace, and can go back to an earlier one.
/// </summary>
[Resource("apps", "v1", "deployments", Scope.Namespaced,
    ShortNames = ["deploy"],
    Categories = ["all"],
    Subresources = ["scale:autoscaling/v1/Scale", "status"])]
public sealed partial record Deployment
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>Wanted behaviour.</summary>
    [Field(2)] public DeploymentSpec Spec { get; init; } = DeploymentSpec.Empty;

    /// <summary>What the controller last observed.</summary>
    [Field(3)] public DeploymentStatus Status { get; init; } = DeploymentStatus.Empty;
}

/// <summary>Wanted behaviour of a Deployment.</summary>
[ApiType]
public sealed partial record DeploymentSpec
{
    /// <summary>Number of pods wanted. Defaults to 1; 0 is allowed.</summary>
    [Field(1)] public int? Replicas { get; init; }

    /// <summary>Which pods belong to the Deployment; must match the labels of the template and no other controller's. Immutable.</summary>
    [Field(2, Emit = Emit.Always)] public LabelSelector? Selector { get; init; }

    /// <summary>Pod to run. Its restartPolicy must be Always; any change to it starts a rollout.</summary>
    [Field(3, Emit = Emit.Always)] public PodTemplateSpec Template { get; init; } = PodTemplateSpec.Empty;

    /// <summary>How old pods give way to new ones.</summary>
    [Field(4), StrategicMerge("retainKeys")] public DeploymentStrategy Strategy { get; init; } = DeploymentStrategy.Empty;

    /// <summary>Seconds a new pod must be ready without a crash to count as available. Defaults to 0.</summary>
    [Field(5)] public int MinReadySeconds { get; init; }

    /// <summary>How many old ReplicaSets are kept for rollback. Defaults to 10; 0 rules rollback out.</summary>
    [Field(6)] public int? RevisionHistoryLimit { get; init; }

    /// <summary>Holds rollouts back: template changes take effect only once it is false again. Scaling still works.</summary>
    [Field(7)] public bool Paused { get; init; }

    /// <summary>
    /// Seconds without progress after which a rollout is reported as failed, by Progressing turning False. Must exceed
    /// minReadySeconds; defaults to 600.
    /// </summary>
    [Field(9)] public int? ProgressDeadlineSeconds { get; init; }
}

/// <summary>How a Deployment replaces its pods.</summary>
[ApiType]
public sealed partial record DeploymentStrategy
{
    /// <summary>RollingUpdate (default) replaces pods step by step; Recreate ends all old ones before new ones start.</summary>
    [Field(1), KnownValues(typeof(DeploymentStrategyType))] public string Type { get; init; } = "";

    /// <summary>Pace of a rolling update; only with type RollingUpdate.</summary>
    [Field(2)] public RollingUpdateDeployment? RollingUpdate { get; init; }
}

/// <summary>The values of DeploymentStrategyType that are known.</summary>
[Closed]
public static class DeploymentStrategyType
{
    public const string Recreate = "Recreate";
    public const string RollingUpdate = "RollingUpdate";
}

/// <summary>Pace at which a Deployment rolls out a change.</summary>
[ApiType]
public sealed partial record RollingUpdateDeployment
{
    /// <summary>
    /// Pods that may be missing during the update, as a number or a percentage of replicas rounded down. Defaults to 25%; may be 0
    /// only if maxSurge is not.
    /// </summary>
    [Field(1)] public IntOrString? MaxUnavailable { get; init; }

    /// <summary>Pods that may exist beyond replicas during the update, as a number or a percentage rounded up. Defaults to 25%.</summary>
    [Field(2)] public IntOrString? MaxSurge { get; init; }
}

/// <summary>What the controller observed about a Deployment.</summary>
[ApiType]
public sealed partial record DeploymentStatus
{
    /// <summary>Generation of the spec the status describes.</summary>
    [Field(1)] public long ObservedGeneration { get; init; }

    /// <summary>Pods that belong to the Deployment and are not terminating.</summary>
    [Field(2)] public int Replicas { get; init; }

    /// <summary>Pods that run the newest template and are not terminating.</summary>
    [Field(3)] public int UpdatedReplicas { get; init; }

    /// <summary>Pods that are ready and not terminating.</summary>
    [Field(7)] public int ReadyReplicas { get; init; }

    /// <summary>Pods that have been ready for at least minReadySeconds and are not terminating.</summary>
    [Field(4)] public int AvailableReplicas { get; init; }

    /// <summary>Pods still missing for full availability, be they not yet created or not yet available.</summary>
    [Field(5)] public int UnavailableReplicas { get; init; }

    /// <summary>Pods that are being deleted but have not ended yet.</summary>
    [Field(9)] public int? TerminatingReplicas { get; init; }

    /// <summary>Current conditions, one for each type.</summary>
    [Field(6), ListMap("type"), StrategicMerge("merge", Key = "type")] public ApiList<DeploymentCondition> Conditions { get; init; }

    /// <summary>How often the hash in a ReplicaSet's name clashed; the controller mixes it in to find a fresh name.</summary>
    [Field(8)] public int? CollisionCount { get; init; }
}

/// <summary>One aspect of the state of a Deployment.</summary>
[ApiType]
public sealed partial record DeploymentCondition
{
    /// <summary>Aspect: Available, Progressing or ReplicaFailure.</summary>
    [Field(1, Emit = Emit.Always), KnownValues(typeof(DeploymentConditionType))] public string Type { get; init; } = "";

    /// <summary>True, False or Unknown.</summary>
    [Field(2, Emit = Emit.Always), KnownValues(typeof(ConditionStatus))] public string Status { get; init; } = "";

    /// <summary>When the condition was last written, even if status stayed the same.</summary>
    [Field(6)] public Time LastUpdateTime { get; init; }

    /// <summary>When status last changed.</summary>
    [Field(7)] public Time LastTransitionTime { get; init; }

    /// <summary>One CamelCase word explaining the last change.</summary>
    [Field(4)] public string Reason { get; init; } = "";

    /// <summary>Explanation for human readers.</summary>
    [Field(5)] public string Message { get; init; } = "";
}

/// <summary>The values of DeploymentConditionType that are known.</summary>
public static class DeploymentConditionType
{
    public const string Available = "Available";
    public const string Progressing = "Progressing";
    public const string ReplicaFailure = "ReplicaFailure";
}
