using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;

namespace Keelson.Api.Batch.V1;

/// <summary>Wanted behaviour of a Job.</summary>
[ApiType]
public sealed partial record JobSpec
{
    /// <summary>Most pods to run at once. Defaults to 1; 0 stops the Job until it is raised.</summary>
    [Field(1)] public int? Parallelism { get; init; }

    /// <summary>
    /// Successful pods needed. Unset, with parallelism also set, means a work queue that ends once any pod has succeeded and all
    /// have ended; otherwise defaults to 1.
    /// </summary>
    [Field(2)] public int? Completions { get; init; }

    /// <summary>Seconds the Job may run in all before its pods are ended and it fails; suspension stops the clock. Unset means no limit.</summary>
    [Field(3)] public long? ActiveDeadlineSeconds { get; init; }

    /// <summary>
    /// Which failures are ignored, count or end the Job at once; needs restartPolicy Never. Immutable. Unset counts every failure
    /// toward backoffLimit.
    /// </summary>
    [Field(11)] public PodFailurePolicy? PodFailurePolicy { get; init; }

    /// <summary>When an Indexed Job counts as successful before all indexes are done. Immutable.</summary>
    [Field(16)] public SuccessPolicy? SuccessPolicy { get; init; }

    /// <summary>Retries before the Job fails. Defaults to 6, or to no limit if backoffLimitPerIndex is set.</summary>
    [Field(7)] public int? BackoffLimit { get; init; }

    /// <summary>Retries of each index before that index fails; needs completionMode Indexed and restartPolicy Never. Immutable.</summary>
    [Field(12)] public int? BackoffLimitPerIndex { get; init; }

    /// <summary>Failed indexes after which the whole Job fails; needs backoffLimitPerIndex. Unset lets all other indexes run to their end.</summary>
    [Field(13)] public int? MaxFailedIndexes { get; init; }

    /// <summary>Which pods belong to the Job; normally left to the server, which sets a unique one. Immutable.</summary>
    [Field(4)] public LabelSelector? Selector { get; init; }

    /// <summary>
    /// True takes selector and labels as given, with the risk of claiming other controllers' pods. Leave unset unless sure;
    /// immutable.
    /// </summary>
    [Field(5)] public bool? ManualSelector { get; init; }

    /// <summary>Pod to run; restartPolicy must be Never or OnFailure. Immutable apart from scheduling fields and resources while suspended.</summary>
    [Field(6, Emit = Emit.Always)] public PodTemplateSpec Template { get; init; } = PodTemplateSpec.Empty;

    /// <summary>Seconds after its end until the Job is deleted, with its pods; 0 means at once. Unset keeps it.</summary>
    [Field(8)] public int? TtlSecondsAfterFinished { get; init; }

    /// <summary>
    /// NonIndexed (default) counts any successes; Indexed gives each pod an index from 0 to completions-1 that must succeed.
    /// Immutable.
    /// </summary>
    [Field(9), KnownValues(typeof(CompletionMode))] public string? CompletionMode { get; init; }

    /// <summary>True ends running pods and starts none until it is false again, which also restarts the deadline clock. Defaults to false.</summary>
    [Field(10)] public bool? Suspend { get; init; }

    /// <summary>
    /// When a replacement is created: TerminatingOrFailed (default) as soon as a pod is being deleted, Failed only once it has
    /// ended; with podFailurePolicy only Failed is allowed.
    /// </summary>
    [Field(14), KnownValues(typeof(PodReplacementPolicy))] public string? PodReplacementPolicy { get; init; }

    /// <summary>Controller in charge, as a domain-prefixed path; unset or kubernetes.io/job-controller means the built-in one. Immutable.</summary>
    [Field(15)] public string? ManagedBy { get; init; }
}

/// <summary>The values of CompletionMode that are known.</summary>
[Closed]
public static class CompletionMode
{
    public const string Indexed = "Indexed";
    public const string NonIndexed = "NonIndexed";
}

/// <summary>How a Job reacts to particular failures of its pods.</summary>
[ApiType]
public sealed partial record PodFailurePolicy
{
    /// <summary>Tested in order; the first that matches decides, and no match counts the failure as usual. At most 20.</summary>
    [Field(1, Emit = Emit.Always), Atomic] public ApiList<PodFailurePolicyRule> Rules { get; init; }
}

/// <summary>One case of a pod failure policy; exactly one of the two patterns is set.</summary>
[ApiType]
public sealed partial record PodFailurePolicyRule
{
    /// <summary>FailJob ends the Job, FailIndex gives up the index, Ignore replaces the pod without counting, Count treats it as usual.</summary>
    [Field(1, Emit = Emit.Always), KnownValues(typeof(PodFailurePolicyAction))] public string Action { get; init; } = "";

    /// <summary>Matches by exit codes of containers.</summary>
    [Field(2)] public PodFailurePolicyOnExitCodesRequirement? OnExitCodes { get; init; }

    /// <summary>Matches by conditions of the pod; any entry is enough. At most 20.</summary>
    [Field(3), Atomic] public ApiList<PodFailurePolicyOnPodConditionsPattern> OnPodConditions { get; init; }
}

/// <summary>The values of PodFailurePolicyAction that are known.</summary>
[Closed]
public static class PodFailurePolicyAction
{
    public const string Count = "Count";
    public const string FailIndex = "FailIndex";
    public const string FailJob = "FailJob";
    public const string Ignore = "Ignore";
}

/// <summary>Matches a failed pod by the exit codes of its containers.</summary>
[ApiType]
public sealed partial record PodFailurePolicyOnExitCodesRequirement
{
    /// <summary>Container or init container to look at. Unset looks at all.</summary>
    [Field(1)] public string? ContainerName { get; init; }

    /// <summary>In matches if a failed container's code is listed, NotIn if a failed container's code is not.</summary>
    [Field(2, Emit = Emit.Always), KnownValues(typeof(PodFailurePolicyOnExitCodesOperator))] public string Operator { get; init; } = "";

    /// <summary>Exit codes, in ascending order without repeats, 1 to 255 of them; 0 is not allowed with In.</summary>
    [Field(3, Emit = Emit.Always), ListSet] public ApiList<int> Values { get; init; }
}

/// <summary>The values of PodFailurePolicyOnExitCodesOperator that are known.</summary>
[Closed]
public static class PodFailurePolicyOnExitCodesOperator
{
    public const string In = "In";
    public const string NotIn = "NotIn";
}

/// <summary>Matches a failed pod by one of its conditions.</summary>
[ApiType]
public sealed partial record PodFailurePolicyOnPodConditionsPattern
{
    /// <summary>Type of the pod condition, such as DisruptionTarget.</summary>
    [Field(1, Emit = Emit.Always), KnownValues(typeof(PodConditionType))] public string Type { get; init; } = "";

    /// <summary>Status the condition must have. Defaults to True.</summary>
    [Field(2, Emit = Emit.Always), Optional, KnownValues(typeof(ConditionStatus))] public string Status { get; init; } = "";
}

/// <summary>The values of PodReplacementPolicy that are known.</summary>
[Closed]
public static class PodReplacementPolicy
{
    public const string Failed = "Failed";
    public const string TerminatingOrFailed = "TerminatingOrFailed";
}

/// <summary>When an Indexed Job may be declared successful early.</summary>
[ApiType]
public sealed partial record SuccessPolicy
{
    /// <summary>Tested in order; the first that holds makes the Job succeed and ends the remaining pods. 1 to 20.</summary>
    [Field(1, Emit = Emit.Always), Atomic] public ApiList<SuccessPolicyRule> Rules { get; init; }
}

/// <summary>One criterion of early success; at least one field is set, and both must hold if both are.</summary>
[ApiType]
public sealed partial record SuccessPolicyRule
{
    /// <summary>Indexes that must succeed, compressed such as 0,3-5; with succeededCount, the set from which they are counted.</summary>
    [Field(1)] public string? SucceededIndexes { get; init; }

    /// <summary>How many indexes must succeed, of succeededIndexes or, without it, of all.</summary>
    [Field(2)] public int? SucceededCount { get; init; }
}
