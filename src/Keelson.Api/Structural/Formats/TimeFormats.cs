using System.Globalization;

namespace Keelson.Api.Structural.Formats;

/// <summary>Checks dates, times and durations.</summary>
internal static class TimeFormats
{
    private static readonly string[] Units = ["ns", "us", "µs", "ms", "s", "m", "h", "d", "w", "hr", "wk"];
    private static readonly string[] UnitPrefixes = ["nano", "micro", "milli", "sec", "min", "hour", "day", "week"];

    /// <summary>Year, month and day, such as 2006-01-02.</summary>
    public static bool IsDate(string text) => IsDate(text.AsSpan());

    /// <summary>A date, the letter T, and a time with its offset; upstream looks no closer at the offset.</summary>
    public static bool IsDateTime(string text)
    {
        var middle = text.AsSpan().IndexOfAny('T', 't');
        return middle >= 0 && IsDate(text.AsSpan(0, middle)) && IsTime(text.AsSpan(middle + 1));
    }

    /// <summary>A duration as Go writes it, or numbers each with a unit: 5 minutes, 2 w 3 d.</summary>
    public static bool IsDuration(string text) => Duration.TryParse(text, out _, out _) || IsSpokenDuration(text);

    private static bool IsDate(ReadOnlySpan<char> text)
    {
        if (text.Length != 10 || text[4] != '-' || text[7] != '-') return false;
        if (!Number(text[..4], out var year) || !Number(text.Slice(5, 2), out var month) || !Number(text[8..], out var day)) return false;
        // The year 0 is in Go's calendar and not in .NET's; it was a leap year, as 2000 was.
        return month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year == 0 ? 2000 : year, month);
    }

    private static bool IsTime(ReadOnlySpan<char> text)
    {
        if (text.Length < 9 || text[2] != ':' || text[5] != ':') return false;
        if (!Number(text[..2], out var hour) || !Number(text.Slice(3, 2), out var minute) || !Number(text.Slice(6, 2), out var second)) return false;
        if (hour > 23 || minute > 59 || second > 59) return false;
        var rest = text[8..];
        if (rest is "Z" or "z") return true;
        if (rest.Length > 1 && char.IsAsciiDigit(rest[1]) && rest[0] is not ('+' or '-' or 'Z' or 'z'))
        {
            var digits = rest[1..].IndexOfAnyExceptInRange('0', '9');
            if (digits < 0) return false;
            rest = rest[(1 + digits)..];
        }

        return rest is "Z" or "z"
            || (rest.Length == 6 && rest[0] is '+' or '-' && rest[3] == ':' && Number(rest.Slice(1, 2), out _) && Number(rest[4..], out _));
    }

    private static bool IsSpokenDuration(ReadOnlySpan<char> text)
    {
        var known = false;
        var any = false;
        text = text.Trim();
        while (!text.IsEmpty)
        {
            var digits = text.IndexOfAnyExceptInRange('0', '9');
            if (digits is <= 0 or > 18) return false;
            text = text[digits..].TrimStart();
            var letters = 0;
            while (letters < text.Length && (char.IsAsciiLetter(text[letters]) || text[letters] == 'µ')) letters++;
            if (letters == 0) return false;
            known |= IsUnit(text[..letters]);
            any = true;
            text = text[letters..].TrimStart();
        }

        return any && known;
    }

    private static bool IsUnit(ReadOnlySpan<char> unit)
    {
        foreach (var known in Units)
        {
            if (unit.Equals(known, StringComparison.OrdinalIgnoreCase)) return true;
        }

        foreach (var prefix in UnitPrefixes)
        {
            if (unit.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }

    private static bool Number(ReadOnlySpan<char> text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
