using Keelson.Api;
using Keelson.Api.Batch.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Control.Controllers.CronJobs;

namespace Keelson.Control.Tests.Controllers.CronJobs;

public sealed class CronPlanTests
{
    private static readonly DateTimeOffset Start = new(2024, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_job_starts_when_its_time_has_come_and_is_named_by_the_minute()
    {
        var plan = Plan(Cron(), [], Start.AddMinutes(1).AddSeconds(2));
        var job = plan.Create!;
        Assert.Equal($"tick-{Start.AddMinutes(1).ToUnixTimeSeconds() / 60}", job.Metadata.Name);
        Assert.Equal("2024-06-01T12:01:00Z", job.Metadata.Annotations[CronPlan.TimestampAnnotation]);
        Assert.Equal("CronJob", Assert.Single(job.Metadata.OwnerReferences).Kind);
        Assert.Equal(TimeSpan.FromSeconds(58.1), plan.Next.Delay);
        Assert.Null(Plan(Cron(), [], Start.AddSeconds(30)).Create);
    }

    [Fact]
    public void A_schedule_that_never_comes_due_is_told_of()
    {
        var plan = Plan(Cron(spec => spec with { Schedule = "59 23 31 2 *" }), [], Start.AddMinutes(1));
        Assert.Null(plan.Create);
        Assert.Equal((true, "InvalidSchedule", "invalid schedule: 59 23 31 2 * : time difference between two schedules is less than 1 second"), Assert.Single(plan.Events));
    }

    [Fact]
    public void The_annotation_is_in_the_zone_that_the_job_names()
    {
        var cron = Cron(spec => spec with { Schedule = "30 14 * * *", TimeZone = "Europe/Berlin" });
        Assert.Equal("2024-06-01T14:30:00+02:00", Plan(cron, [], Start.AddMinutes(31)).Create!.Metadata.Annotations[CronPlan.TimestampAnnotation]);
    }

    [Fact]
    public void Only_the_last_of_missed_times_is_made_up_for_and_many_are_told_of()
    {
        var plan = Plan(Cron(), [], Start.AddMinutes(50));
        Assert.Equal($"tick-{Start.AddMinutes(50).ToUnixTimeSeconds() / 60}", plan.Create!.Metadata.Name);
        Assert.Empty(plan.Events);
        plan = Plan(Cron(), [], Start.AddMinutes(102));
        Assert.NotNull(plan.Create);
        Assert.Equal((true, "TooManyMissedTimes", "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew"), Assert.Single(plan.Events));
    }

    [Fact]
    public void Too_late_is_too_late()
    {
        var cron = Cron(spec => spec with { Schedule = "0 * * * *", StartingDeadlineSeconds = 60 });
        Assert.NotNull(Plan(cron, [], Start.AddMinutes(60).AddSeconds(59)).Create);
        Assert.Null(Plan(cron, [], Start.AddMinutes(60).AddSeconds(60)).Create);
    }

    [Fact]
    public void What_runs_already_decides_with_the_policy()
    {
        var running = Job("tick-1", Start, null);
        var cron = With(Cron(spec => spec with { ConcurrencyPolicy = "Forbid" }), running);
        var plan = Plan(cron, [running], Start.AddMinutes(1));
        Assert.Null(plan.Create);
        Assert.Equal("JobAlreadyActive", Assert.Single(plan.Events).Reason);
        plan = Plan(With(Cron(spec => spec with { ConcurrencyPolicy = "Replace" }), running), [running], Start.AddMinutes(1));
        Assert.Equal([running], plan.Delete);
        Assert.NotNull(plan.Create);
        Assert.Empty(plan.Status.Active);
        Assert.NotNull(Plan(With(Cron(), running), [running], Start.AddMinutes(1)).Create);
        Assert.Null(Plan(Cron(spec => spec with { Suspend = true }), [], Start.AddMinutes(1)).Create);
    }

    [Fact]
    public void Finished_jobs_are_noted_and_old_ones_go()
    {
        var jobs = Enumerable.Range(0, 5).Select(i => Job($"ok-{i}", Start.AddMinutes(-10 + i), "Complete"))
            .Concat(Enumerable.Range(0, 3).Select(i => Job($"bad-{i}", Start.AddMinutes(-10 + i), "Failed"))).ToList();
        var cron = With(Cron(spec => spec with { SuccessfulJobsHistoryLimit = 3, FailedJobsHistoryLimit = 1 }), jobs[4]);
        var plan = Plan(cron, jobs, Start);
        Assert.Equal(["ok-0", "ok-1", "bad-0", "bad-1"], plan.Delete.Select(job => job.Metadata.Name));
        Assert.Empty(plan.Status.Active);
        Assert.Equal(jobs[4].Status.CompletionTime, plan.Status.LastSuccessfulTime);
        Assert.Contains((false, "SawCompletedJob", "Saw completed job: ok-4, condition: Complete"), plan.Events);
    }

    [Fact]
    public void Jobs_that_vanished_or_that_nobody_knows_are_told_of()
    {
        var lost = Job("lost", Start, null);
        var plan = CronPlan.Compute(With(Cron(), lost), [Job("strange", Start, null)], _ => true, Start);
        Assert.Equal(["UnexpectedJob", "MissingJob"], plan.Events.Select(told => told.Reason));
        Assert.Empty(plan.Status.Active);
    }

    [Theory]
    [InlineData("not a schedule", null, "UnparseableSchedule")]
    [InlineData("* * * * *", "Nowhere/None", "UnknownTimeZone")]
    public void What_cannot_be_understood_is_told_of_and_starts_nothing(string schedule, string? zone, string reason)
    {
        var plan = Plan(Cron(spec => spec with { Schedule = schedule, TimeZone = zone }), [], Start.AddMinutes(5));
        Assert.Null(plan.Create);
        Assert.Equal(reason, Assert.Single(plan.Events).Reason);
    }

    private static CronPlan Plan(CronJob cron, IReadOnlyList<Job> jobs, DateTimeOffset now) => CronPlan.Compute(cron, jobs, _ => false, now);

    private static CronJob Cron(Func<CronJobSpec, CronJobSpec>? change = null)
    {
        var spec = new CronJobSpec { Schedule = "* * * * *", ConcurrencyPolicy = "Allow" };
        return new CronJob { Metadata = new ObjectMeta { Name = "tick", Namespace = "default", Uid = "cron", CreationTimestamp = Time.FromDateTimeOffset(Start) }, Spec = change?.Invoke(spec) ?? spec };
    }

    private static CronJob With(CronJob cron, Job active) =>
        cron with { Status = new CronJobStatus { Active = [new ObjectReference { Name = active.Metadata.Name, Uid = active.Metadata.Uid }] } };

    private static Job Job(string name, DateTimeOffset started, string? ending) => new()
    {
        Metadata = new ObjectMeta { Name = name, Namespace = "default", Uid = name, CreationTimestamp = Time.FromDateTimeOffset(started) },
        Status = new JobStatus
        {
            StartTime = Time.FromDateTimeOffset(started),
            CompletionTime = ending == "Complete" ? Time.FromDateTimeOffset(started.AddSeconds(5)) : null,
            Conditions = ending is null ? default : [new JobCondition { Type = ending, Status = "True" }],
        },
    };
}
