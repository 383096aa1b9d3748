using Keelson.Api.Batch.V1;

namespace Keelson.Control.Controllers.CronJobs;

/// <summary>Which of a cron job's times is the last that has come, and when the next will.</summary>
/// <param name="Due">The last time that has come and was not served; null where there is none.</param>
/// <param name="HasManyMissed">Whether more than a hundred have come since the last one that was served.</param>
/// <param name="Next">When the next comes; null for never.</param>
internal readonly record struct MissedTimes(DateTimeOffset? Due, bool HasManyMissed, DateTimeOffset? Next)
{
    /// <summary>So many missed times are worth a warning, as upstream.</summary>
    private const long Many = 100;

    /// <summary>What is said of a schedule that never comes due, too, such as that of the 30th of February.</summary>
    private const string StandsStill = "time difference between two schedules is less than 1 second";

    /// <exception cref="FormatException">Its times do not move on.</exception>
    public static MissedTimes Find(CronJob job, CronSchedule schedule, TimeZoneInfo zone, DateTimeOffset now)
    {
        var served = (job.Status.LastScheduleTime ?? job.Metadata.CreationTimestamp).ToDateTimeOffset();
        var earliest = served;
        if (job.Spec.StartingDeadlineSeconds is { } deadline && deadline < TimeSpan.SecondsPerDay * 36500 && now.AddSeconds(-deadline) > earliest) earliest = now.AddSeconds(-deadline);
        var (due, missed) = Last(schedule, zone, earliest, now);
        var next = CronTimes.Next(schedule, due ?? Last(schedule, zone, served, now).Due ?? served, zone);
        return new MissedTimes(due, missed > Many, next);
    }

    private static (DateTimeOffset? Due, long Missed) Last(CronSchedule schedule, TimeZoneInfo zone, DateTimeOffset earliest, DateTimeOffset now)
    {
        if (CronTimes.Next(schedule, earliest, zone) is not { } first) throw new FormatException(StandsStill);
        if (first > now) return (null, 0);
        if (CronTimes.Next(schedule, first, zone) is not { } second || second > now) return (first, 0);
        var interval = (long)(second - first).TotalSeconds;
        if (interval < 1) throw new FormatException(StandsStill);
        var missed = ((long)(now - first).TotalSeconds / interval) + 1;
        // Most schedules are even, so the last time lies within an interval of what the first two tell; the rest is walked.
        var due = first;
        var from = first.AddSeconds(Math.Max(missed - 2, 0) * interval);
        for (var at = from > first ? CronTimes.Next(schedule, from, zone) : second; at is { } time && time <= now; at = CronTimes.Next(schedule, time, zone)) due = time;
        return (due, missed);
    }
}
