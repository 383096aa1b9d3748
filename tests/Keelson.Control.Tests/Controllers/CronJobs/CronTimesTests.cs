using Keelson.Api.Batch.V1;
using Keelson.Control.Controllers.CronJobs;

namespace Keelson.Control.Tests.Controllers.CronJobs;

public sealed class CronTimesTests
{
    private static readonly string[] Zones = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/Sao_Paulo"];

    [Theory]
    [InlineData("*/15 * * * *", "2024-01-01T00:00:00Z", "2024-01-01T00:15:00Z")]
    [InlineData("0 0 31 * *", "2024-01-31T00:00:00Z", "2024-03-31T00:00:00Z")]
    [InlineData("0 0 29 2 *", "2024-03-01T00:00:00Z", "2028-02-29T00:00:00Z")]
    [InlineData("30 8 * jan-mar mon-fri", "2024-01-05T08:30:00Z", "2024-01-08T08:30:00Z")]
    [InlineData("0 0 13 * 5", "2024-09-01T00:00:00Z", "2024-09-06T00:00:00Z")]
    [InlineData("@hourly", "2024-01-01T00:59:59Z", "2024-01-01T01:00:00Z")]
    [InlineData("@every 90s", "2024-01-01T00:00:10Z", "2024-01-01T00:01:40Z")]
    [InlineData("0 0 30 2 *", "2024-01-01T00:00:00Z", null)]
    public void The_next_time_of_a_schedule(string schedule, string after, string? expected) =>
        Assert.Equal(expected is null ? null : DateTimeOffset.Parse(expected, null), CronTimes.Next(CronSchedule.Parse(schedule, out _)!, DateTimeOffset.Parse(after, null), TimeZoneInfo.Utc));

    [Theory]
    // At two in the morning of that day it was three.
    [InlineData("30 2 * * *", "2024-03-31T00:00:00Z", "2024-04-01T00:30:00Z")]
    // The hour from two to three came twice.
    [InlineData("30 2 * * *", "2024-10-27T00:00:00Z", "2024-10-27T00:30:00Z")]
    [InlineData("30 2 * * *", "2024-10-27T00:30:00Z", "2024-10-27T01:30:00Z")]
    public void Clocks_that_change(string schedule, string after, string expected) => Assert.Equal(
        DateTimeOffset.Parse(expected, null), CronTimes.Next(CronSchedule.Parse(schedule, out _)!, DateTimeOffset.Parse(after, null), TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin")));

    [Fact]
    public void Leaps_over_days_and_hours_miss_nothing_that_minutes_one_by_one_find()
    {
        var random = new Random(5);
        for (var i = 0; i < 300; i++)
        {
            var text = $"{Field(random, 60)} {Field(random, 24)} {(random.Next(2) == 0 ? "*" : random.Next(1, 29).ToString(null, null))} * {(random.Next(2) == 0 ? "*" : random.Next(0, 7).ToString(null, null))}";
            var schedule = CronSchedule.Parse(text, out _)!;
            var zone = TimeZoneInfo.FindSystemTimeZoneById(Zones[random.Next(Zones.Length)]);
            var after = new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(random.Next(366 * 86400));
            var found = CronTimes.Next(schedule, after, zone);
            var at = new DateTimeOffset(after.Year, after.Month, after.Day, after.Hour, after.Minute, 0, TimeSpan.Zero).AddMinutes(1);
            var limit = at.AddDays(40);
            while (at < limit && !Matches(schedule, TimeZoneInfo.ConvertTime(at, zone))) at = at.AddMinutes(1);
            if (at < limit) Assert.Equal((text, zone.Id, at), (text, zone.Id, found));
            else Assert.True(found is null || found >= limit);
        }
    }

    private static bool Matches(CronSchedule schedule, DateTimeOffset local)
    {
        var byMonth = (schedule.DaysOfMonth >> local.Day & 1) != 0;
        var byWeek = (schedule.DaysOfWeek >> (int)local.DayOfWeek & 1) != 0;
        return (schedule.Minutes >> local.Minute & 1) != 0 && (schedule.Hours >> local.Hour & 1) != 0
            && (schedule.IsAnyDayOfMonth || schedule.IsAnyDayOfWeek ? byMonth && byWeek : byMonth || byWeek);
    }

    private static string Field(Random random, int limit) => random.Next(3) switch
    {
        0 => "*",
        1 => $"*/{random.Next(2, limit)}",
        _ => string.Join(',', Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(limit))),
    };
}
