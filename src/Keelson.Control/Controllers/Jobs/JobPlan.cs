using Keelson.Api;
using Keelson.Api.Batch.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Client.Reconciling;
using Keelson.Control.Workloads;

namespace Keelson.Control.Controllers.Jobs;

/// <summary>The next step of a job, in this order: the status, the pods that may go, the pods that are ended or started.</summary>
internal sealed record JobPlan(JobStatus Status)
{
    /// <summary>How many failures a job survives where it does not say; as upstream.</summary>
    private const int DefaultBackoffLimit = 6;

    /// <summary>Pods whose finalizer is removed once the status is written.</summary>
    public IReadOnlyList<Pod> Release { get; init; } = [];

    /// <summary>Pods that are ended by the job itself, which is no failure of theirs.</summary>
    public IReadOnlyList<Pod> Delete { get; init; } = [];

    /// <summary>The completion indexes of the pods to start; -1 for pods without one.</summary>
    public IReadOnlyList<int> Create { get; init; } = [];

    /// <summary>What to report: type, reason, message.</summary>
    public (string Type, string Reason, string Message)? Event { get; init; }

    public Outcome Next { get; init; } = Outcome.Done;

    public static JobPlan Compute(Job job, IReadOnlyList<Pod> pods, Time now)
    {
        var end = Ending(job);
        var count = JobCount.Of(job, pods, end is not null || IsFinished(job), pod => PodFailures.Counts(job, pod));
        var status = job.Status with { StartTime = job.Status.StartTime ?? (IsSuspended(job) ? null : now) };
        (string, string, string)? report = null;
        if (end is null && !IsFinished(job))
        {
            end = Verdict(job, pods, count, status, now);
            if (end is not null) status = With(status, end, now);
            else (status, report) = Suspension(job, status, now);
        }

        status = Numbers(status, count, pods);
        var plan = new JobPlan(status) { Release = count.Release, Event = report };
        if (IsFinished(job)) return plan with { Delete = count.Active };
        if (end is not null) return Finish(plan with { Delete = count.Active }, end, count, now);
        return Manage(plan, job, pods, count, now);
    }

    public static bool IsFinished(Job job) => FinishedAt(job) is not null;

    public static Time? FinishedAt(Job job) =>
        job.Status.Conditions.FirstOrDefault(condition => condition is { Type: JobConditionType.Complete or JobConditionType.Failed, Status: ConditionStatus.True })?.LastTransitionTime;

    public static bool IsSuspended(Job job) => job.Spec.Suspend == true;

    // How the job will end, as it was decided before; it ends only when all its pods have.
    private static JobCondition? Ending(Job job) =>
        job.Status.Conditions.FirstOrDefault(condition => condition is { Type: JobConditionType.SuccessCriteriaMet or JobConditionType.FailureTarget, Status: ConditionStatus.True });

    private static JobCondition? Verdict(Job job, IReadOnlyList<Pod> pods, JobCount count, JobStatus status, Time now)
    {
        var failJob = pods.Select(pod => PodFailures.Judge(job, pod)).FirstOrDefault(rule => rule.Action == PodFailurePolicyAction.FailJob);
        if (failJob.Action is not null) return Make(JobConditionType.FailureTarget, JobNames.PodFailurePolicy, failJob.Message);
        var limit = job.Spec.BackoffLimit ?? DefaultBackoffLimit;
        var restarts = PodFailures.Restarts(count.Active);
        if (count.Failed > limit || (limit == 0 ? restarts > 0 : restarts >= limit))
        {
            return Make(JobConditionType.FailureTarget, JobNames.BackoffLimitExceeded, "Job has reached the specified backoff limit");
        }

        if (!IsSuspended(job) && status.StartTime is { } start && job.Spec.ActiveDeadlineSeconds is { } deadline && now - start >= TimeSpan.FromSeconds(deadline))
        {
            return Make(JobConditionType.FailureTarget, JobNames.DeadlineExceeded, "Job was active longer than specified deadline");
        }

        var isDone = job.Spec.Completions is { } completions
            ? count.Succeeded >= completions
            : count.Succeeded > 0 && count.Active.Count == 0;
        return isDone ? Make(JobConditionType.SuccessCriteriaMet, JobNames.CompletionsReached, "Reached expected number of succeeded pods") : null;
    }

    private static (JobStatus Status, (string Type, string Reason, string Message)? Event) Suspension(Job job, JobStatus status, Time now)
    {
        var index = status.Conditions.FindIndex(condition => condition.Type == JobConditionType.Suspended);
        var was = index >= 0 && status.Conditions[index].Status == ConditionStatus.True;
        if (IsSuspended(job) == was) return (status, null);
        if (was)
        {
            var resumed = Make(JobConditionType.Suspended, JobNames.Resumed, "Job resumed") with { Status = ConditionStatus.False };
            return (With(status, resumed, now) with { StartTime = now }, ("Normal", "Resumed", "Job resumed"));
        }

        var suspended = Make(JobConditionType.Suspended, JobNames.Suspended, "Job suspended");
        return (With(status, suspended, now) with { StartTime = null }, ("Normal", "Suspended", "Job suspended"));
    }

    private static JobStatus Numbers(JobStatus status, JobCount count, IReadOnlyList<Pod> pods) => status with
    {
        Active = count.Active.Count,
        Ready = pods.Count(pod => PodFacts.IsActive(pod) && PodFacts.IsReady(pod)),
        Terminating = count.Terminating.Count,
        Succeeded = count.Indexes?.Count ?? count.SucceededBefore,
        Failed = count.FailedBefore,
        CompletedIndexes = count.Indexes is { } indexes ? IndexSet.Format(indexes) : "",
        UncountedTerminatedPods = new UncountedTerminatedPods { Succeeded = Listed(count.NotedSucceeded), Failed = Listed(count.NotedFailed) },
    };

    // A list with nothing in it is not written, so it is not kept apart from none.
    private static ApiList<string> Listed(ApiList<string> uids) => uids.IsEmpty ? default : uids;

    private static JobPlan Finish(JobPlan plan, JobCondition end, JobCount count, Time now)
    {
        if (count.Active.Count > 0 || count.Terminating.Count > 0 || !count.IsAllCounted) return plan;
        var isComplete = end.Type == JobConditionType.SuccessCriteriaMet;
        var status = With(plan.Status, end with { Type = isComplete ? JobConditionType.Complete : JobConditionType.Failed }, now);
        return plan with
        {
            Status = isComplete ? status with { CompletionTime = now } : status,
            Event = isComplete ? ("Normal", "Completed", "Job completed") : ("Warning", end.Reason, end.Message),
        };
    }

    private static JobPlan Manage(JobPlan plan, Job job, IReadOnlyList<Pod> pods, JobCount count, Time now)
    {
        if (job.Metadata.DeletionTimestamp is not null) return plan;
        if (IsSuspended(job)) return plan with { Delete = count.Active };
        if (plan.Status.StartTime is { } start && job.Spec.ActiveDeadlineSeconds is { } deadline) plan = plan with { Next = Outcome.After(start + TimeSpan.FromSeconds(deadline) - now) };
        var parallelism = job.Spec.Parallelism ?? 1;
        var wanted = job.Spec.Completions is { } completions
            ? Math.Min(completions - count.Succeeded, parallelism)
            : count.Succeeded > 0 ? Math.Min(count.Active.Count, parallelism) : parallelism;
        wanted = Math.Max(wanted, 0);
        if (count.Active.Count > wanted)
        {
            var ranked = count.Active.Order(new PodRanking([], now)).ToList();
            return plan with { Delete = ranked[..(count.Active.Count - wanted)] };
        }

        // Where a pod is replaced only once it has ended, one that is ending still takes its place.
        var taken = job.Spec.PodReplacementPolicy == PodReplacementPolicy.Failed ? [.. count.Active, .. count.Terminating] : count.Active;
        var missing = Math.Min(wanted - taken.Count, PodControl.Burst);
        if (missing <= 0) return plan;
        var pause = PodFailures.Pause(pods, now);
        if (pause > TimeSpan.Zero) return plan with { Next = plan.Next.Delay is { } delay && delay < pause ? plan.Next : Outcome.After(pause) };
        if (count.Indexes is not { } done) return plan with { Create = [.. Enumerable.Repeat(-1, missing)] };
        var busy = taken.Select(JobCount.Index).OfType<int>().ToHashSet();
        return plan with { Create = [.. Enumerable.Range(0, job.Spec.Completions ?? 0).Where(index => !done.Contains(index) && !busy.Contains(index)).Take(missing)] };
    }

    private static JobStatus With(JobStatus status, JobCondition condition, Time now)
    {
        condition = condition with { LastProbeTime = now, LastTransitionTime = now };
        var index = status.Conditions.FindIndex(other => other.Type == condition.Type);
        return status with { Conditions = index < 0 ? status.Conditions.Add(condition) : status.Conditions.With(index, condition) };
    }

    private static JobCondition Make(string type, string reason, string message) =>
        new() { Type = type, Status = ConditionStatus.True, Reason = reason, Message = message };
}
