using System.Globalization;

namespace Keelson.Api.Batch.V1;

/// <summary>The times at which a cron job runs, read from the five fields of cron or from a word such as @daily.</summary>
/// <remarks>Each field is a set of numbers, a bit for each; <see cref="Every"/> stands alone for schedules of a fixed interval.</remarks>
public sealed class CronSchedule
{
    /// <summary>How many characters a schedule may have; a day's worth of lists fits many times.</summary>
    public const int MaximumLength = 4096;

    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    private static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    public ulong Minutes { get; private init; }

    public ulong Hours { get; private init; }

    public ulong DaysOfMonth { get; private init; }

    public ulong MonthsOfYear { get; private init; }

    public ulong DaysOfWeek { get; private init; }

    /// <summary>Whether the day of the month is a star, so that the day of the week alone decides.</summary>
    public bool IsAnyDayOfMonth { get; private init; }

    /// <summary>Whether the day of the week is a star, so that the day of the month alone decides.</summary>
    public bool IsAnyDayOfWeek { get; private init; }

    /// <summary>The interval of a schedule such as @every 5m.</summary>
    public TimeSpan? Every { get; private init; }

    /// <summary>The zone that the schedule itself names, which is no longer allowed in new objects.</summary>
    public string TimeZone { get; private init; } = "";

    /// <summary>Reads a schedule, or says with upstream's words why it is none.</summary>
    public static CronSchedule? Parse(string text, out string error)
    {
        ArgumentNullException.ThrowIfNull(text);
        error = "";
        try
        {
            return Read(text);
        }
        catch (FormatException exception)
        {
            error = exception.Message;
            return null;
        }
    }

    private static CronSchedule Read(string text)
    {
        if (text.Length == 0) throw new FormatException("empty spec string");
        if (text.Length > MaximumLength) throw new FormatException($"the schedule is longer than {MaximumLength} characters");
        var zone = "";
        if (text.StartsWith("TZ=", StringComparison.Ordinal) || text.StartsWith("CRON_TZ=", StringComparison.Ordinal))
        {
            var space = text.IndexOf(' ', StringComparison.Ordinal);
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            zone = space < 0 ? text[(equals + 1)..] : text[(equals + 1)..space];
            text = space < 0 ? "" : text[space..].Trim();
        }

        if (text.StartsWith('@')) return Named(text, zone);
        var fields = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != 5)
        {
            throw new FormatException(string.Create(CultureInfo.InvariantCulture,
                $"expected exactly 5 fields, found {fields.Length}: [{string.Join(' ', fields)}]"));
        }

        return new CronSchedule
        {
            Minutes = Field(fields[0], 0, 59, [], 0, out _),
            Hours = Field(fields[1], 0, 23, [], 0, out _),
            DaysOfMonth = Field(fields[2], 1, 31, [], 0, out var anyDay),
            MonthsOfYear = Field(fields[3], 1, 12, Months, 1, out _),
            DaysOfWeek = Field(fields[4], 0, 6, Days, 0, out var anyWeekday),
            IsAnyDayOfMonth = anyDay,
            IsAnyDayOfWeek = anyWeekday,
            TimeZone = zone,
        };
    }

    private static CronSchedule Named(string text, string zone)
    {
        const string Interval = "@every ";
        var fields = text switch
        {
            "@yearly" or "@annually" => "0 0 1 1 *",
            "@monthly" => "0 0 1 * *",
            "@weekly" => "0 0 * * 0",
            "@daily" or "@midnight" => "0 0 * * *",
            "@hourly" => "0 * * * *",
            _ => null,
        };
        if (fields is not null) return Read(zone.Length == 0 ? fields : $"TZ={zone} {fields}");
        if (!text.StartsWith(Interval, StringComparison.Ordinal)) throw new FormatException($"unrecognized descriptor: {text}");
        if (!Duration.TryParse(text.AsSpan(Interval.Length), out var every, out var error)) throw new FormatException($"failed to parse duration {text}: {error}");
        // Nothing runs more often than once a second, nor between seconds.
        var seconds = Math.Max(1, (long)every.ToTimeSpan().TotalSeconds);
        return new CronSchedule { Every = TimeSpan.FromSeconds(seconds), TimeZone = zone };
    }

    private static ulong Field(string text, int minimum, int maximum, string[] names, int firstName, out bool isAny)
    {
        var bits = 0UL;
        isAny = false;
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries)) bits |= Range(part, minimum, maximum, names, firstName, ref isAny);
        return bits;
    }

    private static ulong Range(string text, int minimum, int maximum, string[] names, int firstName, ref bool isAny)
    {
        var stepped = text.Split('/');
        var limits = stepped[0].Split('-');
        int start, end;
        if (limits[0] is "*" or "?")
        {
            (start, end) = (minimum, maximum);
            isAny = true;
        }
        else
        {
            start = Number(limits[0], names, firstName);
            if (limits.Length > 2) throw new FormatException($"too many hyphens: {text}");
            end = limits.Length == 2 ? Number(limits[1], names, firstName) : start;
        }

        if (stepped.Length > 2) throw new FormatException($"too many slashes: {text}");
        var step = stepped.Length == 2 ? Number(stepped[1], [], 0) : 1;
        // A number with a step, such as 5/10, goes on to the end.
        if (stepped.Length == 2 && limits.Length == 1) end = maximum;
        if (step > 1) isAny = false;
        if (start < minimum) throw Wrong($"beginning of range ({start}) below minimum ({minimum}): {text}");
        if (end > maximum) throw Wrong($"end of range ({end}) above maximum ({maximum}): {text}");
        if (start > end) throw Wrong($"beginning of range ({start}) beyond end of range ({end}): {text}");
        if (step == 0) throw Wrong($"step of range should be a positive number: {text}");
        var bits = 0UL;
        for (long value = start; value <= end; value += step) bits |= 1UL << (int)value;
        return bits;
    }

    private static int Number(string text, string[] names, int firstName)
    {
        var index = Array.IndexOf(names, text.ToLowerInvariant());
        if (index >= 0) return index + firstName;
        if (!GoInteger.TryParse(text, out var number, out var cause) || number is < int.MinValue or > int.MaxValue)
        {
            throw new FormatException(
                $"failed to parse int from {text}: strconv.Atoi: parsing {GoQuote.Quote(text)}: {(string.IsNullOrEmpty(cause) ? "value out of range" : cause)}");
        }

        return number >= 0 ? (int)number : throw Wrong($"negative number ({number}) not allowed: {text}");
    }

    private static FormatException Wrong(FormattableString message) => new(message.ToString(CultureInfo.InvariantCulture));
}
