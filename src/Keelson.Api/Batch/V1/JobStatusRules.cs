using Keelson.Api.Meta.V1;
using Keelson.Api.Validation;

namespace Keelson.Api.Batch.V1;

/// <summary>Checks what the controller of a job says of it.</summary>
internal static class JobStatusRules
{
    public static void Validate(Job job, Job old, FieldErrors errors)
    {
        var status = job.Status;
        using (errors.In("status"))
        {
            errors.NonNegative("active", status.Active);
            errors.NonNegative("succeeded", status.Succeeded);
            errors.NonNegative("failed", status.Failed);
            errors.NonNegative("ready", status.Ready);
            errors.NonNegative("terminating", status.Terminating);
            if (status.Ready > status.Active) errors.Invalid("ready", status.Ready.Value, "cannot set more ready pods than active");
            ValidateUncounted(status, errors);
            ValidateEnd(status, errors);
            if (old.Status.StartTime is not null && job.Spec.Suspend is not true && status.StartTime != old.Status.StartTime)
            {
                errors.Required("startTime", "startTime cannot be removed for unsuspended job");
            }

            if (!Has(old.Status, JobConditionType.Complete) || Has(status, JobConditionType.Complete)) return;
            errors.Invalid("conditions", Value(true), "cannot disable the terminal Complete=True condition");
        }
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

    private static void ValidateEnd(JobStatus status, FieldErrors errors)
    {
        var (complete, failed) = (Has(status, JobConditionType.Complete), Has(status, JobConditionType.Failed));
        if (complete && failed) errors.Invalid("conditions", Value(true), "cannot set Complete=True and Failed=true conditions");
        if (complete && status.CompletionTime is null) errors.Required("completionTime", "completionTime is required for Complete jobs");
        if (!complete && status.CompletionTime is { } ended) errors.Invalid("completionTime", ended.ToString(), "cannot set completionTime when there is no Complete=True condition");
        if ((complete || failed) && status.Active > 0) errors.Invalid("active", status.Active, "active>0 is invalid for finished job");
        if (status is { CompletionTime: { } end, StartTime: { } start } && end < start)
        {
            errors.Invalid("completionTime", end.ToString(), "completionTime cannot be set before startTime");
        }
    }

    private static bool Has(JobStatus status, string type) =>
        status.Conditions.FindIndex(condition => condition.Type == type && condition.Status == ConditionStatus.True) >= 0;

    private static Values.Value Value(bool value) => value;
}
