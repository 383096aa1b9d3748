using Keelson.Api.Meta.V1;

namespace Keelson.Api.Core.V1;

/// <summary>
/// Keeps a fixed number of pods that match its selector, creating and deleting them as needed. It is the predecessor of
/// ReplicaSet and cannot roll out changes by itself; new workloads should use a Deployment.
/// </summary>
[Resource("", "v1", "replicationcontrollers", Scope.Namespaced,
    ShortNames = ["rc"],
    Categories = ["all"],
    Subresources = ["scale:autoscaling/v1/Scale", "status"])]
public sealed partial record ReplicationController
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>How many pods are wanted and what they look like.</summary>
    [Field(2)] public ReplicationControllerSpec Spec { get; init; } = ReplicationControllerSpec.Empty;

    /// <summary>How many pods there are, and how many of them are ready.</summary>
    [Field(3)] public ReplicationControllerStatus Status { get; init; } = ReplicationControllerStatus.Empty;
}

/// <summary>The pods that a replication controller maintains.</summary>
[ApiType]
public sealed partial record ReplicationControllerSpec
{
    /// <summary>Number of pods wanted, 0 or more; 1 by default.</summary>
    [Field(1), Default("1"), Minimum(0)] public int? Replicas { get; init; }

    /// <summary>Seconds a pod must stay ready without a crash before it counts as available; 0 by default.</summary>
    [Field(4), Default("0"), Minimum(0)] public int MinReadySeconds { get; init; }

    /// <summary>Labels of the pods that count; those of the template when empty.</summary>
    [Field(2), Atomic] public ApiMap<string> Selector { get; init; }

    /// <summary>Pattern for new pods, whose labels must match the selector; restartPolicy must be Always.</summary>
    [Field(3)] public PodTemplateSpec? Template { get; init; }
}

/// <summary>The pods a replication controller has.</summary>
[ApiType]
public sealed partial record ReplicationControllerStatus
{
    /// <summary>Number of pods that exist and match the selector.</summary>
    [Field(1, Emit = Emit.Always)] public int Replicas { get; init; }

    /// <summary>Number of pods that carry all labels of the template.</summary>
    [Field(2)] public int FullyLabeledReplicas { get; init; }

    /// <summary>Number of pods whose Ready condition is true.</summary>
    [Field(4)] public int ReadyReplicas { get; init; }

    /// <summary>Number of pods that have been ready for at least minReadySeconds.</summary>
    [Field(5)] public int AvailableReplicas { get; init; }

    /// <summary>Generation of the spec that this status reflects.</summary>
    [Field(3)] public long ObservedGeneration { get; init; }

    /// <summary>Findings about the controller's work, at most one per type.</summary>
    [Field(6), ListMap("type"), StrategicMerge("merge", Key = "type")] public ApiList<ReplicationControllerCondition> Conditions { get; init; }
}

/// <summary>One finding about a replication controller.</summary>
[ApiType]
public sealed partial record ReplicationControllerCondition
{
    /// <summary>What is reported; ReplicaFailure means that pods could not be created or deleted.</summary>
    [Field(1, Emit = Emit.Always), KnownValues(typeof(ReplicationControllerConditionType))] public string Type { get; init; } = "";

    /// <summary>Whether the finding holds: True, False or Unknown.</summary>
    [Field(2, Emit = Emit.Always), KnownValues(typeof(ConditionStatus))] public string Status { get; init; } = "";

    /// <summary>When the status last went from one value to another.</summary>
    [Field(3)] public Time LastTransitionTime { get; init; }

    /// <summary>Brief cause in CamelCase for programs, specific to the type.</summary>
    [Field(4)] public string Reason { get; init; } = "";

    /// <summary>Details for people to read, in free text that programs should not parse.</summary>
    [Field(5)] public string Message { get; init; } = "";
}

/// <summary>The values of ReplicationControllerConditionType that are known.</summary>
public static class ReplicationControllerConditionType
{
    public const string ReplicaFailure = "ReplicaFailure";
}
