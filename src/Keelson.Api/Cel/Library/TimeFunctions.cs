using System.Globalization;
using Keelson.Api.Cel.Objects;

namespace Keelson.Api.Cel.Library;

/// <summary>The parts of moments, in UTC or a zone, and of spans.</summary>
internal static class TimeFunctions
{
    public static void Register(CelLibraryBuilder library)
    {
        Part(library, "getFullYear", local => local.Year);
        Part(library, "getMonth", local => local.Month - 1);
        Part(library, "getDayOfYear", local => local.DayOfYear - 1);
        Part(library, "getDayOfMonth", local => local.Day - 1);
        Part(library, "getDate", local => local.Day);
        Part(library, "getDayOfWeek", local => (int)local.DayOfWeek);
        Part(library, "getHours", local => local.Hour, 3_600_000_000_000);
        Part(library, "getMinutes", local => local.Minute, 60_000_000_000);
        Part(library, "getSeconds", local => local.Second, 1_000_000_000);
        Part(library, "getMilliseconds", local => local.Millisecond, 1_000_000);
    }

    /// <param name="nanoseconds">The unit of a span's part; zero when spans have no such part.</param>
    private static void Part(CelLibraryBuilder library, string name, Func<DateTime, int> read, long nanoseconds = 0)
    {
        string[] moments = ["timestamp.() -> int", "timestamp.(string) -> int"];
        library.Add(
            name,
            call => call[0] switch
            {
                CelTimestamp moment => In(moment, call.Count > 1 ? call[1] : null, read),
                // Of a span, milliseconds are those beyond the last whole second; the others are all that there are.
                Duration span when nanoseconds == 1_000_000 => span.Nanoseconds % 1_000_000_000 / nanoseconds,
                Duration span when nanoseconds > 0 => span.Nanoseconds / nanoseconds,
                _ => CelError.NoOverload,
            },
            nanoseconds > 0 ? [.. moments, "duration.() -> int"] : moments);
    }

    private static object In(CelTimestamp moment, object? zone, Func<DateTime, int> read)
    {
        var local = moment.ToDateTime();
        switch (zone)
        {
            case null or "" or "UTC": break;
            case string name when Offset(name) is { } offset:
                if (!Moves(local, offset)) return CelError.TimestampOverflow;
                local += offset;
                break;
            case string name:
                if (!TimeZoneInfo.TryFindSystemTimeZoneById(name, out var found)) return new CelError($"unknown time zone {name}");
                var shift = found.GetUtcOffset(local);
                if (!Moves(local, shift)) return CelError.TimestampOverflow;
                local += shift;
                break;
            default: return CelError.NoOverload;
        }

        return (long)read(local);
    }

    private static bool Moves(DateTime moment, TimeSpan by) => moment.Ticks + by.Ticks >= DateTime.MinValue.Ticks && moment.Ticks + by.Ticks <= DateTime.MaxValue.Ticks;

    /// <summary>A fixed offset such as -08:00 or 01:30.</summary>
    private static TimeSpan? Offset(string text)
    {
        var digits = text.AsSpan().TrimStart("+-");
        if (digits.Length is < 4 or > 5 || text.Length - digits.Length > 1) return null;
        var colon = digits.IndexOf(':');
        if (colon < 0 || digits.Length - colon != 3) return null;
        if (!int.TryParse(digits[..colon], NumberStyles.None, CultureInfo.InvariantCulture, out var hours)) return null;
        if (!int.TryParse(digits[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) || minutes > 59) return null;
        var offset = new TimeSpan(hours, minutes, 0);
        return text[0] == '-' ? -offset : offset;
    }
}
