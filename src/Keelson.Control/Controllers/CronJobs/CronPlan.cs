using System.Globalization;
using Keelson.Api;
using Keelson.Api.Batch.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Client.Reconciling;

namespace Keelson.Control.Controllers.CronJobs;

/// <summary>What is to be done for a cron job now: its status, what goes, what starts, what is told, and when to look again.</summary>
internal sealed record CronPlan
{
    public const string TimestampAnnotation = "batch.kubernetes.io/cronjob-scheduled-timestamp";

    public required CronJobStatus Status { get; init; }

    public IReadOnlyList<Job> Delete { get; init; } = [];

    /// <summary>The job to start; null for none.</summary>
    public Job? Create { get; init; }

    public Time? CreatedFor { get; init; }

    public IReadOnlyList<(bool IsWarning, string Reason, string Message)> Events { get; init; } = [];

    public Outcome Next { get; init; } = Outcome.Done;

    /// <param name="jobs">The jobs that it controls.</param>
    /// <param name="isGone">Whether a job that it believes active exists no more.</param>
    public static CronPlan Compute(CronJob cron, IReadOnlyList<Job> jobs, Func<ObjectReference, bool> isGone, DateTimeOffset now)
    {
        var events = new List<(bool, string, string)>();
        var delete = History(jobs, true, cron.Spec.SuccessfulJobsHistoryLimit).Concat(History(jobs, false, cron.Spec.FailedJobsHistoryLimit)).ToList();
        events.AddRange(delete.Select(job => (false, "SuccessfulDelete", $"Deleted job {job.Metadata.Name}")));
        var plan = new CronPlan { Status = Observe(cron, jobs, isGone, events), Delete = delete, Events = events };
        if (cron.Metadata.DeletionTimestamp is not null) return plan;
        if (Zone(cron, out var schedule, events) is not { } zone || schedule is null || cron.Spec.Suspend == true) return plan;
        MissedTimes times;
        try
        {
            times = MissedTimes.Find(cron, schedule, zone, now);
        }
        catch (FormatException wrong)
        {
            events.Add((true, "InvalidSchedule", $"invalid schedule: {cron.Spec.Schedule} : {wrong.Message}"));
            return plan;
        }

        // A moment later than due, so that the clock is past it for sure.
        plan = plan with { Next = times.Next is { } next ? Outcome.After(next - now + TimeSpan.FromMilliseconds(100)) : Outcome.Done };
        if (times.Due is not { } due) return plan;
        if (times.HasManyMissed) events.Add((true, "TooManyMissedTimes", "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew"));
        if (cron.Spec.StartingDeadlineSeconds is { } deadline && deadline < TimeSpan.SecondsPerDay * 36500 && due.AddSeconds(deadline) < now)
        {
            events.Add((true, "MissSchedule", string.Create(CultureInfo.InvariantCulture, $"Missed scheduled time to start a job: {due.UtcDateTime:ddd, dd MMM yyyy HH:mm:ss} +0000")));
            return plan;
        }

        return Start(plan, cron, jobs, due, zone, events);
    }

    public static string NameOf(CronJob cron, DateTimeOffset due) => string.Create(CultureInfo.InvariantCulture, $"{cron.Metadata.Name}-{due.ToUnixTimeSeconds() / 60}");

    public static CronJobStatus WithActive(CronJobStatus status, Job job, Time due)
    {
        var reference = Client.Recording.EventRecorder.Reference(job);
        return status with { Active = status.Active.RemoveAll(active => active.Uid == job.Metadata.Uid).Add(reference), LastScheduleTime = due };
    }

    private static CronPlan Start(CronPlan plan, CronJob cron, IReadOnlyList<Job> jobs, DateTimeOffset due, TimeZoneInfo zone, List<(bool, string, string)> events)
    {
        var time = Time.FromDateTimeOffset(due);
        var name = NameOf(cron, due);
        if (plan.Status.Active.Any(active => active.Name == name) || plan.Status.LastScheduleTime == time) return plan;
        if (cron.Spec.ConcurrencyPolicy == ConcurrencyPolicy.Forbid && plan.Status.Active.Count > 0)
        {
            events.Add((false, "JobAlreadyActive", "Not starting job because prior execution is running and concurrency policy is Forbid"));
            return plan;
        }

        if (cron.Spec.ConcurrencyPolicy == ConcurrencyPolicy.Replace)
        {
            var replaced = jobs.Where(job => plan.Status.Active.Any(active => active.Uid == job.Metadata.Uid) && !plan.Delete.Contains(job)).ToList();
            events.AddRange(replaced.Select(job => (false, "SuccessfulDelete", $"Deleted job {job.Metadata.Name}")));
            plan = plan with { Delete = [.. plan.Delete, .. replaced], Status = plan.Status with { Active = default } };
        }

        return plan with { Create = Make(cron, name, due, zone), CreatedFor = time };
    }

    private static Job Make(CronJob cron, string name, DateTimeOffset due, TimeZoneInfo zone)
    {
        var template = cron.Spec.JobTemplate;
        var local = TimeZoneInfo.ConvertTime(due, zone);
        var stamp = local.Offset == TimeSpan.Zero ? local.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) : local.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
        return new Job
        {
            Metadata = new ObjectMeta
            {
                Name = name,
                Namespace = cron.Metadata.Namespace,
                Labels = template.Metadata.Labels,
                Annotations = template.Metadata.Annotations.With(TimestampAnnotation, stamp),
                OwnerReferences = [Owners.ControllerReference(cron)],
            },
            Spec = template.Spec,
        };
    }

    private static CronJobStatus Observe(CronJob cron, IReadOnlyList<Job> jobs, Func<ObjectReference, bool> isGone, List<(bool, string, string)> events)
    {
        var status = cron.Status;
        foreach (var job in jobs)
        {
            var isKnown = status.Active.FindIndex(active => active.Uid == job.Metadata.Uid) >= 0;
            var ending = Ending(job);
            if (!isKnown && ending is null)
            {
                events.Add((true, "UnexpectedJob", $"Saw a job that the controller did not create or forgot: {job.Metadata.Name}"));
            }
            else if (isKnown && ending is not null)
            {
                status = status with { Active = status.Active.RemoveAll(active => active.Uid == job.Metadata.Uid) };
                events.Add((false, "SawCompletedJob", $"Saw completed job: {job.Metadata.Name}, condition: {ending}"));
            }

            if (ending == JobConditionType.Complete && job.Status.CompletionTime is { } completed && (status.LastSuccessfulTime is not { } before || completed > before))
            {
                status = status with { LastSuccessfulTime = completed };
            }
        }

        foreach (var active in status.Active.Where(active => jobs.All(job => job.Metadata.Uid != active.Uid)).ToList())
        {
            if (!isGone(active)) continue;
            events.Add((false, "MissingJob", $"Active job went missing: {active.Name}"));
            status = status with { Active = status.Active.RemoveAll(other => other.Uid == active.Uid) };
        }

        return status;
    }

    private static IEnumerable<Job> History(IReadOnlyList<Job> jobs, bool isSuccess, int? limit)
    {
        if (limit is not { } most) return [];
        var finished = jobs.Where(job => Ending(job) is { } ending && ending == JobConditionType.Complete == isSuccess)
            .OrderBy(job => job.Status.StartTime ?? job.Metadata.CreationTimestamp).ThenBy(job => job.Metadata.Name, StringComparer.Ordinal).ToList();
        return finished.Take(Math.Max(finished.Count - most, 0)).Where(job => job.Metadata.DeletionTimestamp is null);
    }

    private static string? Ending(Job job) =>
        job.Status.Conditions.FirstOrDefault(condition => condition is { Type: JobConditionType.Complete or JobConditionType.Failed, Status: ConditionStatus.True })?.Type;

    private static TimeZoneInfo? Zone(CronJob cron, out CronSchedule? schedule, List<(bool, string, string)> events)
    {
        schedule = CronSchedule.Parse(cron.Spec.Schedule, out var error);
        if (schedule is null)
        {
            events.Add((true, "UnparseableSchedule", $"unparseable schedule: {cron.Spec.Schedule} : {error}"));
            return null;
        }

        // An old object may name the zone in its schedule; without any, the cluster's clock is UTC.
        var name = cron.Spec.TimeZone ?? (schedule.TimeZone.Length > 0 ? schedule.TimeZone : "UTC");
        if (name == "UTC") return TimeZoneInfo.Utc;
        if (TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)) return zone;
        events.Add((true, "UnknownTimeZone", $"invalid timeZone: \"{name}\": unknown time zone {name}"));
        return null;
    }
}
