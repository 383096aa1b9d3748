using Keelson.Api.Validation;
using ConditionStatus = Keelson.Api.Meta.V1.ConditionStatus;

namespace Keelson.Api.Batch.V1;

/// <summary>
/// Checks what the controller of a job says of it, which need not be the one that this project has. What a write does not touch is
/// not held against it.
/// </summary>
internal static class JobStatusRules
{
    public static void Validate(Job job, Job old, FieldErrors errors)
    {
        using var scope = errors.In("status");
        var (status, before) = (job.Status, old.Status);
        errors.NonNegative("active", status.Active);
        errors.NonNegative("succeeded", status.Succeeded);
        errors.NonNegative("failed", status.Failed);
        errors.NonNegative("ready", status.Ready);
        errors.NonNegative("terminating", status.Terminating);
        ValidateUncounted(status, errors);
        ValidateVerdicts(job, old, errors);
        ValidateTimes(job, old, errors);
        ValidateEnd(job, old, errors);
        ValidateIndexes(job, old, errors);
        if ((status.Ready != before.Ready || status.Active != before.Active) && status.Ready > status.Active) errors.Invalid("ready", status.Ready.Value, "cannot set more ready pods than active");
        if (status.Failed < before.Failed) errors.Invalid("failed", status.Failed, "cannot decrease the failed counter");

        // Whoever may grow and shrink loses what succeeded beyond the new end.
        var isElastic = job.Spec.IsIndexed && job.Spec.Completions == job.Spec.Parallelism;
        if (!isElastic && status.Succeeded < before.Succeeded) errors.Invalid("succeeded", status.Succeeded, "cannot decrease the succeeded counter");
    }

    private static void ValidateUncounted(JobStatus status, FieldErrors errors)
    {
        if (status.UncountedTerminatedPods is not { } uncounted) return;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        using (errors.In("uncountedTerminatedPods"))
        {
            Check("succeeded", uncounted.Succeeded);
            Check("failed", uncounted.Failed);
        }

        void Check(string field, ApiList<string> uids)
        {
            for (var i = 0; i < uids.Count; i++)
            {
                using (errors.In(field, i))
                {
                    if (uids[i].Length == 0) errors.Invalid(null, uids[i], "must not be empty");
                    else if (!seen.Add(uids[i])) errors.Duplicate(null, uids[i]);
                }
            }
        }
    }

    private static void ValidateVerdicts(Job job, Job old, FieldErrors errors)
    {
        var (status, before) = (job.Status, old.Status);
        var (complete, failed) = (Has(status, JobConditionType.Complete), Has(status, JobConditionType.Failed));
        var (failing, succeeding) = (Has(status, JobConditionType.FailureTarget), Has(status, JobConditionType.SuccessCriteriaMet));
        var newComplete = complete != Has(before, JobConditionType.Complete);
        var newFailed = failed != Has(before, JobConditionType.Failed);
        var newFailing = failing != Has(before, JobConditionType.FailureTarget);
        var newSucceeding = succeeding != Has(before, JobConditionType.SuccessCriteriaMet);
        if ((newComplete || newFailed) && complete && failed) Conditions("cannot set Complete=True and Failed=true conditions");
        if ((newComplete || newFailing) && complete && failing) Conditions("cannot set Complete=True and FailureTarget=true conditions");
        if ((newFailed || newFailing) && failed && !failing) Conditions("cannot set Failed=True condition without the FailureTarget=true condition");
        if ((newComplete || newSucceeding) && complete && !succeeding) Conditions("cannot set Complete=True condition without the SuccessCriteriaMet=true condition");
        if (succeeding && failed) Conditions("cannot set SuccessCriteriaMet=True and Failed=true conditions");
        if (succeeding && failing) Conditions("cannot set SuccessCriteriaMet=True and FailureTarget=true conditions");
        if (job.Spec.SuccessPolicy is not null && !succeeding && complete) Conditions("cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True");
        foreach (var type in (string[])[JobConditionType.Failed, JobConditionType.Complete, JobConditionType.FailureTarget])
        {
            if (Has(before, type) && !Has(status, type)) Conditions($"cannot disable the terminal {type}=True condition");
        }

        if (Has(before, JobConditionType.SuccessCriteriaMet) && !succeeding) Conditions("cannot disable the SuccessCriteriaMet=True condition");
        if (Has(before, JobConditionType.Complete) && !Has(before, JobConditionType.SuccessCriteriaMet) && succeeding)
        {
            Conditions("cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions");
        }

        void Conditions(string detail) => errors.Add(new FieldError
        {
            Type = FieldErrorType.Invalid,
            Field = $"{errors.Place}.conditions",
            OmitsValue = true,
            Detail = detail,
        });
    }

    private static void ValidateTimes(Job job, Job old, FieldErrors errors)
    {
        var (status, before) = (job.Status, old.Status);
        var complete = Has(status, JobConditionType.Complete);
        var newEnd = status.CompletionTime != before.CompletionTime;
        if (newEnd || complete != Has(before, JobConditionType.Complete))
        {
            if (!complete && status.CompletionTime is { } early) errors.Invalid("completionTime", early.ToString(), "cannot set completionTime when there is no Complete=True condition");
            if (complete && status.CompletionTime is null) errors.Required("completionTime", "completionTime is required for Complete jobs");
        }

        if ((newEnd || status.StartTime != before.StartTime) && status is { CompletionTime: { } end, StartTime: { } start } && end < start)
        {
            errors.Invalid("completionTime", end.ToString(), "completionTime cannot be set before startTime");
        }

        if (newEnd && status.CompletionTime is { } changed && before.CompletionTime is not null) errors.Invalid("completionTime", changed.ToString(), "completionTime cannot be mutated");
        if (before.StartTime is not null && status.StartTime != before.StartTime && job.Spec.Suspend is not true)
        {
            errors.Required("startTime", "startTime cannot be removed for unsuspended job");
        }
    }

    private static void ValidateEnd(Job job, Job old, FieldErrors errors)
    {
        var (status, before) = (job.Status, old.Status);
        if (!IsFinished(status)) return;
        var isNew = !IsFinished(before);
        var isNothing = job.Spec is { Suspend: true, Completions: 0 };
        if ((isNew || status.Active != before.Active) && status.Active > 0) errors.Invalid("active", status.Active, "active>0 is invalid for finished job");
        if ((isNew || status.StartTime != before.StartTime) && !isNothing && status.StartTime is null) errors.Required("startTime", "startTime is required for finished job");
        if ((isNew || status.UncountedTerminatedPods != before.UncountedTerminatedPods) && status.UncountedTerminatedPods is { } uncounted && !(uncounted.Failed.IsEmpty && uncounted.Succeeded.IsEmpty))
        {
            errors.Invalid("uncountedTerminatedPods", Shown.Object(uncounted), "uncountedTerminatedPods needs to be empty for finished job");
        }

        if ((isNew || status.Terminating != before.Terminating) && status.Terminating > 0) errors.Invalid("terminating", status.Terminating.Value, "terminating>0 is invalid for finished job");
    }

    private static void ValidateIndexes(Job job, Job old, FieldErrors errors)
    {
        var (status, before, spec) = (job.Status, old.Status, job.Spec);
        var newCompleted = status.CompletedIndexes != before.CompletedIndexes;
        var newFailed = status.FailedIndexes != before.FailedIndexes;
        if (newCompleted && spec.Completions is { } completions && !JobIndexes.TryCount(status.CompletedIndexes, completions, out _, out var wrong))
        {
            errors.Invalid("completedIndexes", status.CompletedIndexes, $"error parsing completedIndexes: {wrong}");
        }

        if (newFailed && spec is { Completions: { } most, BackoffLimitPerIndex: not null } && status.FailedIndexes is { } failed && !JobIndexes.TryCount(failed, most, out _, out var why))
        {
            errors.Invalid("failedIndexes", failed, $"error parsing failedIndexes: {why}");
        }

        if (newCompleted && status.CompletedIndexes.Length > 0 && !spec.IsIndexed)
        {
            errors.Invalid("completedIndexes", status.CompletedIndexes, "cannot set non-empty completedIndexes when non-indexed completion mode");
        }

        if (newFailed && spec.BackoffLimitPerIndex is null && status.FailedIndexes is { } given) errors.Invalid("failedIndexes", given, "cannot set non-null failedIndexes when backoffLimitPerIndex is null");
        if ((newFailed || newCompleted) && status.FailedIndexes is { } both && JobIndexes.FirstShared(status.CompletedIndexes, both) is { } shared)
        {
            errors.Invalid("failedIndexes", both, $"failedIndexes and completedIndexes overlap at index: {shared}");
        }
    }

    private static bool IsFinished(JobStatus status) => Has(status, JobConditionType.Complete) || Has(status, JobConditionType.Failed);

    private static bool Has(JobStatus status, string type) =>
        status.Conditions.FindIndex(condition => condition.Type == type && condition.Status == ConditionStatus.True) >= 0;
}
