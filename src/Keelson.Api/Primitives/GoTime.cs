using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Keelson.Api;

/// <summary>Reads and writes times as Go's time package does for RFC 3339, with its error texts.</summary>
internal ref struct GoTime
{
    public const long SecondsPerDay = 86_400;

    /// <summary>Seconds from the start of year 1 to 1970.</summary>
    public const long UnixEpoch = 62_135_596_800;

    /// <summary>The first second of year 0 and of year 10000, counted from the start of year 1.</summary>
    public const long MinimumSeconds = -366 * SecondsPerDay;
    public const long EndSeconds = 315_537_897_600;

    private const string Seconds = "2006-01-02T15:04:05Z07:00";
    private const string Micros = "2006-01-02T15:04:05.000000Z07:00";

    private readonly ReadOnlySpan<char> _text;
    private readonly bool _sixDecimals;
    private ReadOnlySpan<char> _rest;
    private string? _error;
    private int _nanoseconds;

    private GoTime(ReadOnlySpan<char> text, bool sixDecimals)
    {
        _text = text;
        _rest = text;
        _sixDecimals = sixDecimals;
    }

    /// <summary>
    /// Reads a time with an optional fraction of any length, or with exactly six decimals; seconds are since the start
    /// of year 1, in UTC.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, bool sixDecimals, out long seconds, out int nanoseconds, [NotNullWhen(false)] out string? error)
    {
        var reader = new GoTime(text, sixDecimals);
        var done = reader.Read(out seconds);
        nanoseconds = reader._nanoseconds;
        error = done ? null : reader._error ?? "time cannot be read";
        return done;
    }

    /// <summary>Reads what <see cref="TryParse(ReadOnlySpan{char}, bool, out long, out int, out string?)"/> does from UTF-8.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, bool sixDecimals, out long seconds, out int nanoseconds, [NotNullWhen(false)] out string? error)
    {
        if (utf8.Length > 64) return TryParse(Encoding.UTF8.GetString(utf8), sixDecimals, out seconds, out nanoseconds, out error);
        Span<char> text = stackalloc char[64];
        return TryParse(text[..Encoding.UTF8.GetChars(utf8, text)], sixDecimals, out seconds, out nanoseconds, out error);
    }

    /// <summary>Writes the date, the time to seconds, and unless negative six decimals, and Z.</summary>
    public static string Format(long seconds, int microseconds)
    {
        var date = long.DivRem(seconds - MinimumSeconds, SecondsPerDay);
        var (year, month, day) = CivilFromDays(date.Quotient);
        var inDay = (int)date.Remainder;
        return microseconds < 0
            ? string.Create(CultureInfo.InvariantCulture, $"{year:0000}-{month:00}-{day:00}T{inDay / 3600:00}:{inDay / 60 % 60:00}:{inDay % 60:00}Z")
            : string.Create(CultureInfo.InvariantCulture, $"{year:0000}-{month:00}-{day:00}T{inDay / 3600:00}:{inDay / 60 % 60:00}:{inDay % 60:00}.{microseconds:000000}Z");
    }

    /// <summary>Writes what <see cref="Format"/> does as UTF-8 without allocating; 20 bytes, or 27 with decimals.</summary>
    public static bool TryFormat(long seconds, int microseconds, Span<byte> utf8, out int written)
    {
        written = microseconds < 0 ? 20 : 27;
        if (utf8.Length < written)
        {
            written = 0;
            return false;
        }
        var date = long.DivRem(seconds - MinimumSeconds, SecondsPerDay);
        var (year, month, day) = CivilFromDays(date.Quotient);
        var inDay = (int)date.Remainder;
        WriteDigits(utf8, 0, 4, year);
        utf8[4] = utf8[7] = (byte)'-';
        WriteDigits(utf8, 5, 2, month);
        WriteDigits(utf8, 8, 2, day);
        utf8[10] = (byte)'T';
        WriteDigits(utf8, 11, 2, inDay / 3600);
        utf8[13] = utf8[16] = (byte)':';
        WriteDigits(utf8, 14, 2, inDay / 60 % 60);
        WriteDigits(utf8, 17, 2, inDay % 60);
        if (microseconds >= 0)
        {
            utf8[19] = (byte)'.';
            WriteDigits(utf8, 20, 6, microseconds);
        }
        utf8[written - 1] = (byte)'Z';
        return true;
    }

    private static void WriteDigits(Span<byte> utf8, int at, int count, int value)
    {
        for (var i = at + count - 1; i >= at; i--)
        {
            utf8[i] = (byte)('0' + (value % 10));
            value /= 10;
        }
    }

    private bool Read(out long seconds)
    {
        seconds = 0;
        if (!ReadNumber("2006", 4, 4, 0, 9999, null, out var year) || !ReadLiteral('-')
            || !ReadNumber("01", 2, 2, 1, 12, "month", out var month) || !ReadLiteral('-')
            || !ReadNumber("02", 2, 2, 0, 99, null, out var day) || !ReadLiteral('T')
            // Go takes an hour of one digit, and so must whoever reads what Go accepted.
            || !ReadNumber("15", 1, 2, 0, 23, "hour", out var hour) || !ReadLiteral(':')
            || !ReadNumber("04", 2, 2, 0, 59, "minute", out var minute) || !ReadLiteral(':')
            || !ReadNumber("05", 2, 2, 0, 59, "second", out var second) || !ReadFraction()
            || !ReadOffset(out var offset))
        {
            return false;
        }
        if (!_rest.IsEmpty) return Fail($": extra text: {GoQuote.QuoteAscii(_rest)}");
        if (day < 1 || day > DaysIn(year, month)) return Fail(": day out of range");
        seconds = (DaysFromCivil(year, month, day) * SecondsPerDay) + (hour * 3600) + (minute * 60) + second - offset + MinimumSeconds;
        return seconds is >= MinimumSeconds and < EndSeconds || Fail(": year out of range");
    }

    private bool ReadNumber(string element, int minimumDigits, int maximumDigits, int minimum, int maximum, string? name, out int value)
    {
        value = 0;
        var digits = 0;
        while (digits < maximumDigits && digits < _rest.Length && char.IsAsciiDigit(_rest[digits]))
        {
            value = (value * 10) + (_rest[digits++] - '0');
        }
        if (digits < minimumDigits) return Mismatch(_rest, element);
        if (name is not null && (value < minimum || value > maximum)) return Fail($": {name} out of range");
        _rest = _rest[digits..];
        return true;
    }

    private bool ReadLiteral(char literal)
    {
        if (_rest.IsEmpty || _rest[0] != literal) return Mismatch(_rest, literal.ToString());
        _rest = _rest[1..];
        return true;
    }

    private bool ReadFraction()
    {
        var present = _rest.Length >= 2 && _rest[0] is '.' or ',' && char.IsAsciiDigit(_rest[1]);
        if (!_sixDecimals && !present) return true;
        var length = 1;
        while (length < _rest.Length && char.IsAsciiDigit(_rest[length]) && !(_sixDecimals && length == 7)) length++;
        if (_sixDecimals && (!present || length != 7)) return Mismatch(_rest, ".000000");
        var scale = 100_000_000;
        for (var i = 1; i < length; i++)
        {
            _nanoseconds += (_rest[i] - '0') * scale;
            scale /= 10;
        }
        _rest = _rest[length..];
        return true;
    }

    private bool ReadOffset(out int offset)
    {
        offset = 0;
        if (!_rest.IsEmpty && _rest[0] == 'Z')
        {
            _rest = _rest[1..];
            return true;
        }
        if (_rest.Length < 6 || _rest[0] is not ('+' or '-') || _rest[3] != ':'
            || !TwoDigits(_rest[1..], out var hours) || !TwoDigits(_rest[4..], out var minutes))
        {
            return Mismatch(_rest, "Z07:00");
        }
        // Go allows the bounds themselves, since some people write an offset of 24 hours or 60 minutes.
        if (hours > 24) return Fail(": time zone offset hour out of range");
        if (minutes > 60) return Fail(": time zone offset minute out of range");
        offset = ((hours * 60) + minutes) * (_rest[0] == '-' ? -60 : 60);
        _rest = _rest[6..];
        return true;
    }

    private static bool TwoDigits(ReadOnlySpan<char> text, out int value)
    {
        value = ((text[0] - '0') * 10) + (text[1] - '0');
        return char.IsAsciiDigit(text[0]) && char.IsAsciiDigit(text[1]);
    }

    private bool Mismatch(ReadOnlySpan<char> rest, string element)
    {
        var layout = _sixDecimals ? Micros : Seconds;
        _error = $"parsing time {GoQuote.QuoteAscii(_text)} as \"{layout}\": cannot parse {GoQuote.QuoteAscii(rest)} as \"{element}\"";
        return false;
    }

    private bool Fail(string message)
    {
        _error = $"parsing time {GoQuote.QuoteAscii(_text)}{message}";
        return false;
    }

    private static int DaysIn(int year, int month) => month switch
    {
        2 => IsLeap(year) ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };

    private static bool IsLeap(int year) => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    /// <summary>Days since the start of year 0, counted with years that begin in March so that a leap day is a year's last.</summary>
    private static long DaysFromCivil(int year, int month, int day)
    {
        // 400 years are added so that January and February of year 0 do not become negative; they are 146097 days.
        var shifted = year + 400 - (month <= 2 ? 1 : 0);
        var dayOfYear = (((153 * (month + (month > 2 ? -3 : 9))) + 2) / 5) + day - 1;
        return (365L * shifted) + (shifted / 4) - (shifted / 100) + (shifted / 400) + dayOfYear - 146_097 + 60;
    }

    private static (int Year, int Month, int Day) CivilFromDays(long days)
    {
        var shifted = days + 146_097 - 60;
        var era = shifted / 146_097;
        var dayOfEra = shifted % 146_097;
        var yearOfEra = (dayOfEra - (dayOfEra / 1460) + (dayOfEra / 36_524) - (dayOfEra / 146_096)) / 365;
        var dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        var marchMonth = ((5 * dayOfYear) + 2) / 153;
        var day = dayOfYear - (((153 * marchMonth) + 2) / 5) + 1;
        var month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
        var year = yearOfEra + (era * 400) - 400 + (month <= 2 ? 1 : 0);
        return ((int)year, (int)month, (int)day);
    }
}
