namespace Keelson.Control.Controllers.Jobs;

/// <summary>Labels, annotations and reasons that tools read.</summary>
internal static class JobNames
{
    /// <summary>Keeps a pod until its end is counted.</summary>
    public const string TrackingFinalizer = "batch.kubernetes.io/job-tracking";

    public const string NameLabel = "batch.kubernetes.io/job-name";
    public const string OldNameLabel = "job-name";
    public const string UidLabel = "batch.kubernetes.io/controller-uid";
    public const string OldUidLabel = "controller-uid";
    public const string IndexAnnotation = "batch.kubernetes.io/job-completion-index";
    public const string IndexVariable = "JOB_COMPLETION_INDEX";

    public const string BackoffLimitExceeded = "BackoffLimitExceeded";
    public const string DeadlineExceeded = "DeadlineExceeded";
    public const string PodFailurePolicy = "PodFailurePolicy";
    public const string CompletionsReached = "CompletionsReached";
    public const string Suspended = "JobSuspended";
    public const string Resumed = "JobResumed";
}
