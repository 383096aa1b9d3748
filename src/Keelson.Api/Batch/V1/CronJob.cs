using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;

namespace Keelson.Api.Batch.V1;

/// <summary>
/// Creates a Job at recurring times, for backups, reports and other regular tasks. Now and then a run may be skipped or started
/// twice, so its work should be idempotent.
/// </summary>
[Resource("batch", "v1", "cronjobs", Scope.Namespaced, ShortNames = ["cj"], Categories = ["all"], Subresources = ["status"])]
public sealed partial record CronJob
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>Schedule and Job to create.</summary>
    [Field(2), Required] public CronJobSpec Spec { get; init; } = CronJobSpec.Empty;

    /// <summary>Running Jobs and past runs.</summary>
    [Field(3)] public CronJobStatus Status { get; init; } = CronJobStatus.Empty;
}

/// <summary>Wanted behaviour of a CronJob.</summary>
[ApiType]
public sealed partial record CronJobSpec
{
    /// <summary>When to run, in five-field cron notation such as 0 3 * * 1, or a shorthand such as @daily.</summary>
    [Field(1, Emit = Emit.Always)] public string Schedule { get; init; } = "";

    /// <summary>Name of the time zone from the IANA database, such as Europe/Vienna. Unset uses that of the controller.</summary>
    [Field(8)] public string? TimeZone { get; init; }

    /// <summary>Seconds a run may start late before it counts as missed. Unset means no deadline; below 10 runs may be missed for good.</summary>
    [Field(2)] public long? StartingDeadlineSeconds { get; init; }

    /// <summary>What to do if the last Job still runs: Allow (default) both, Forbid skips the new one, Replace cancels the old one.</summary>
    [Field(3), KnownValues(typeof(ConcurrencyPolicy))] public string ConcurrencyPolicy { get; init; } = "";

    /// <summary>True starts no further Jobs; running ones go on. Defaults to false.</summary>
    [Field(4)] public bool? Suspend { get; init; }

    /// <summary>Job to create at each run.</summary>
    [Field(5, Emit = Emit.Always)] public JobTemplateSpec JobTemplate { get; init; } = JobTemplateSpec.Empty;

    /// <summary>How many successful Jobs to keep. Defaults to 3.</summary>
    [Field(6)] public int? SuccessfulJobsHistoryLimit { get; init; }

    /// <summary>How many failed Jobs to keep. Defaults to 1.</summary>
    [Field(7)] public int? FailedJobsHistoryLimit { get; init; }
}

/// <summary>The values of ConcurrencyPolicy that are known.</summary>
[Closed]
public static class ConcurrencyPolicy
{
    public const string Allow = "Allow";
    public const string Forbid = "Forbid";
    public const string Replace = "Replace";
}

/// <summary>The Job a CronJob creates.</summary>
[ApiType]
public sealed partial record JobTemplateSpec
{
    /// <summary>Labels and annotations for the Jobs.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>Wanted behaviour of the Jobs.</summary>
    [Field(2)] public JobSpec Spec { get; init; } = JobSpec.Empty;
}

/// <summary>What the controller observed about a CronJob.</summary>
[ApiType]
public sealed partial record CronJobStatus
{
    /// <summary>Jobs running now.</summary>
    [Field(1), Atomic] public ApiList<ObjectReference> Active { get; init; }

    /// <summary>When a Job was last created according to the schedule.</summary>
    [Field(4)] public Time? LastScheduleTime { get; init; }

    /// <summary>When a Job last completed successfully.</summary>
    [Field(5)] public Time? LastSuccessfulTime { get; init; }
}
