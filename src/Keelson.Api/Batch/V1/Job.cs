using Keelson.Api.Meta.V1;

namespace Keelson.Api.Batch.V1;

/// <summary>
/// Runs a task to completion, for work that ends rather than services. It starts pods, retries failed ones within limits, and is
/// complete once enough of them have succeeded; it then stays until deleted or its time to live is over.
/// </summary>
[Resource("batch", "v1", "jobs", Scope.Namespaced, Categories = ["all"], Subresources = ["status"])]
public sealed partial record Job
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>Wanted behaviour.</summary>
    [Field(2)] public JobSpec Spec { get; init; } = JobSpec.Empty;

    /// <summary>What the controller last observed.</summary>
    [Field(3)] public JobStatus Status { get; init; } = JobStatus.Empty;
}

/// <summary>What the controller observed about a Job.</summary>
[ApiType]
public sealed partial record JobStatus
{
    /// <summary>Current conditions; Complete or Failed being True means the Job is over for good.</summary>
    [Field(1), Atomic, StrategicMerge("merge", Key = "type")] public ApiList<JobCondition> Conditions { get; init; }

    /// <summary>When the controller first took up the Job; reset when it resumes from suspension.</summary>
    [Field(2)] public Time? StartTime { get; init; }

    /// <summary>When the Job completed; set only on success.</summary>
    [Field(3)] public Time? CompletionTime { get; init; }

    /// <summary>Pods pending or running and not being deleted.</summary>
    [Field(4)] public int Active { get; init; }

    /// <summary>Pods that have succeeded.</summary>
    [Field(5)] public int Succeeded { get; init; }

    /// <summary>Pods that have failed; it does not count ignored ones.</summary>
    [Field(6)] public int Failed { get; init; }

    /// <summary>Pods that are being deleted but have not ended yet.</summary>
    [Field(11)] public int? Terminating { get; init; }

    /// <summary>Successful indexes of an Indexed Job, compressed, such as 0,3-5,7.</summary>
    [Field(7)] public string CompletedIndexes { get; init; } = "";

    /// <summary>Failed indexes when backoffLimitPerIndex is set, compressed in the same way.</summary>
    [Field(10)] public string? FailedIndexes { get; init; }

    /// <summary>Ended pods not yet included in the counters; lets the controller count each exactly once.</summary>
    [Field(8)] public UncountedTerminatedPods? UncountedTerminatedPods { get; init; }

    /// <summary>Active pods that are ready.</summary>
    [Field(9)] public int? Ready { get; init; }
}

/// <summary>One aspect of the state of a Job.</summary>
[ApiType]
public sealed partial record JobCondition
{
    /// <summary>
    /// Aspect: Complete, Failed, Suspended, FailureTarget or SuccessCriteriaMet; the last two announce an end before all pods are
    /// gone.
    /// </summary>
    [Field(1, Emit = Emit.Always), KnownValues(typeof(JobConditionType))] public string Type { get; init; } = "";

    /// <summary>True, False or Unknown.</summary>
    [Field(2, Emit = Emit.Always), KnownValues(typeof(ConditionStatus))] public string Status { get; init; } = "";

    /// <summary>When the condition was last checked.</summary>
    [Field(3)] public Time LastProbeTime { get; init; }

    /// <summary>When status last changed.</summary>
    [Field(4)] public Time LastTransitionTime { get; init; }

    /// <summary>One CamelCase word explaining the last change.</summary>
    [Field(5)] public string Reason { get; init; } = "";

    /// <summary>Explanation for human readers.</summary>
    [Field(6)] public string Message { get; init; } = "";
}

/// <summary>The values of JobConditionType that are known.</summary>
public static class JobConditionType
{
    public const string Complete = "Complete";
    public const string Failed = "Failed";
    public const string FailureTarget = "FailureTarget";
    public const string SuccessCriteriaMet = "SuccessCriteriaMet";
    public const string Suspended = "Suspended";
}

/// <summary>Ended pods whose outcome is not yet in the counters of the status.</summary>
[ApiType]
public sealed partial record UncountedTerminatedPods
{
    /// <summary>UIDs of successful pods still to be counted.</summary>
    [Field(1), ListSet] public ApiList<string> Succeeded { get; init; }

    /// <summary>UIDs of failed pods still to be counted.</summary>
    [Field(2), ListSet] public ApiList<string> Failed { get; init; }
}
