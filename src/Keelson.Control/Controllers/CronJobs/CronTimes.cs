using Keelson.Api.Batch.V1;

namespace Keelson.Control.Controllers.CronJobs;

/// <summary>When a schedule comes due, by the clock of a time zone.</summary>
internal static class CronTimes
{
    /// <summary>How far ahead is looked; a schedule such as the 30th of February never comes due.</summary>
    private const int YearsAhead = 5;

    /// <summary>The first time after a moment; null where there is none within five years.</summary>
    /// <remarks>A time that a clock change leaves out does not come due, and one that comes twice does so twice.</remarks>
    public static DateTimeOffset? Next(CronSchedule schedule, DateTimeOffset after, TimeZoneInfo zone)
    {
        var at = new DateTimeOffset(after.UtcTicks - (after.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);
        if (schedule.Every is { } every) return at + every;
        at = new DateTimeOffset(at.Ticks - (at.Ticks % TimeSpan.TicksPerMinute), TimeSpan.Zero).AddMinutes(1);
        var end = after.AddYears(YearsAhead);
        while (at <= end)
        {
            var local = TimeZoneInfo.ConvertTime(at, zone);
            if (!IsDay(schedule, local)) at = at.AddHours(Math.Max(22 - local.Hour, 1) - 1).AddMinutes(60 - local.Minute);
            else if (!Has(schedule.Hours, local.Hour)) at = at.AddMinutes(60 - local.Minute);
            else if (!Has(schedule.Minutes, local.Minute)) at = at.AddMinutes(1);
            else return at;
        }

        return null;
    }

    // With both days given, either is enough; with a star for one, the other decides.
    private static bool IsDay(CronSchedule schedule, DateTimeOffset local)
    {
        if (!Has(schedule.MonthsOfYear, local.Month)) return false;
        var (byMonth, byWeek) = (Has(schedule.DaysOfMonth, local.Day), Has(schedule.DaysOfWeek, (int)local.DayOfWeek));
        return schedule.IsAnyDayOfMonth || schedule.IsAnyDayOfWeek ? byMonth && byWeek : byMonth || byWeek;
    }

    private static bool Has(ulong bits, int number) => (bits >> number & 1) != 0;
}
