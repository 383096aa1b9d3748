using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Keelson.Api;

/// <summary>A span of time in an API object, in nanoseconds, read and written as Go's "1h2m3.5s".</summary>
public readonly struct Duration(long nanoseconds) : IEquatable<Duration>, IComparable<Duration>
{
    private const long Microsecond = 1000;
    private const long Millisecond = 1_000_000;
    private const long Second = 1_000_000_000;
    private const long Minute = 60 * Second;
    private const long Hour = 60 * Minute;

    public long Nanoseconds { get; } = nanoseconds;

    public bool IsZero => Nanoseconds == 0;

    /// <exception cref="OverflowException">The span is over 292 years.</exception>
    public static Duration FromTimeSpan(TimeSpan span) => new(checked(span.Ticks * TimeSpan.NanosecondsPerTick));

    /// <summary>The span with what is finer than .NET's 100 nanoseconds dropped.</summary>
    public TimeSpan ToTimeSpan() => new(Nanoseconds / TimeSpan.NanosecondsPerTick);

    /// <exception cref="FormatException">The text is not a duration.</exception>
    public static Duration Parse(string text) => TryParse(text, out var value, out var error) ? value : throw new FormatException(error);

    /// <summary>Reads a sign and numbers with units: ns, us, ms, s, m and h, each with or without a fraction.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Duration value, [NotNullWhen(false)] out string? error)
    {
        value = default;
        error = null;
        var rest = text;
        var negative = !rest.IsEmpty && rest[0] == '-';
        if (!rest.IsEmpty && rest[0] is '-' or '+') rest = rest[1..];
        if (rest.SequenceEqual("0")) return true;

        // The sum of magnitudes may reach 2^63, which only a negative duration can hold.
        ulong sum = 0;
        var valid = !rest.IsEmpty;
        while (valid && !rest.IsEmpty)
        {
            valid = TryReadPart(ref rest, text, out var part, out error);
            if (error is not null) return false;
            sum += part;
            valid &= sum <= 1UL << 63;
        }
        if (!valid || (!negative && sum > long.MaxValue))
        {
            error = $"time: invalid duration {GoQuote.QuoteAscii(text)}";
            return false;
        }
        value = new(negative ? unchecked(-(long)sum) : (long)sum);
        return true;
    }

    public int CompareTo(Duration other) => Nanoseconds.CompareTo(other.Nanoseconds);

    public bool Equals(Duration other) => Nanoseconds == other.Nanoseconds;

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Duration other && Equals(other);

    public override int GetHashCode() => Nanoseconds.GetHashCode();

    /// <summary>The span as Go writes it: 1h2m3.5s, 1.5ms, 0s.</summary>
    public override string ToString()
    {
        if (Nanoseconds == 0) return "0s";
        var sign = Nanoseconds < 0 ? "-" : "";
        var magnitude = Nanoseconds < 0 ? (ulong)-(Nanoseconds + 1) + 1 : (ulong)Nanoseconds;
        return magnitude switch
        {
            < Microsecond => $"{sign}{Decimal(magnitude, 1)}ns",
            < Millisecond => $"{sign}{Decimal(magnitude, Microsecond)}\u00b5s",
            < Second => $"{sign}{Decimal(magnitude, Millisecond)}ms",
            < Minute => $"{sign}{Decimal(magnitude, Second)}s",
            < Hour => $"{sign}{Whole(magnitude / Minute)}m{Decimal(magnitude % Minute, Second)}s",
            _ => $"{sign}{Whole(magnitude / Hour)}h{Whole(magnitude % Hour / Minute)}m{Decimal(magnitude % Minute, Second)}s",
        };
    }

    public static Duration operator +(Duration left, Duration right) => new(checked(left.Nanoseconds + right.Nanoseconds));

    public static Duration operator -(Duration left, Duration right) => new(checked(left.Nanoseconds - right.Nanoseconds));

    public static bool operator ==(Duration left, Duration right) => left.Equals(right);

    public static bool operator !=(Duration left, Duration right) => !left.Equals(right);

    public static bool operator <(Duration left, Duration right) => left.Nanoseconds < right.Nanoseconds;

    public static bool operator >(Duration left, Duration right) => left.Nanoseconds > right.Nanoseconds;

    public static bool operator <=(Duration left, Duration right) => left.Nanoseconds <= right.Nanoseconds;

    public static bool operator >=(Duration left, Duration right) => left.Nanoseconds >= right.Nanoseconds;

    /// <summary>Reads one number and its unit; false without an error means an invalid duration.</summary>
    private static bool TryReadPart(ref ReadOnlySpan<char> rest, ReadOnlySpan<char> text, out ulong part, out string? error)
    {
        part = 0;
        error = null;
        var whole = DigitsAtStart(rest);
        var number = rest[..whole];
        rest = rest[whole..];
        var fraction = ReadOnlySpan<char>.Empty;
        if (!rest.IsEmpty && rest[0] == '.')
        {
            fraction = rest.Slice(1, DigitsAtStart(rest[1..]));
            rest = rest[(fraction.Length + 1)..];
        }
        if (number.IsEmpty && fraction.IsEmpty) return false;

        var unitLength = rest.IndexOfAny(".0123456789");
        var unitText = unitLength < 0 ? rest : rest[..unitLength];
        if (!TryReadWhole(number, out var count)) return false;
        if (unitText.IsEmpty)
        {
            error = $"time: missing unit in duration {GoQuote.QuoteAscii(text)}";
            return false;
        }
        var unit = UnitOf(unitText);
        if (unit == 0)
        {
            error = $"time: unknown unit {GoQuote.QuoteAscii(unitText)} in duration {GoQuote.QuoteAscii(text)}";
            return false;
        }
        rest = rest[unitText.Length..];
        var product = (UInt128)count * unit;
        if (product > 1UL << 63) return false;
        part = (ulong)product + FractionOf(fraction, unit);
        return part <= 1UL << 63;
    }

    private static bool TryReadWhole(ReadOnlySpan<char> digits, out ulong value)
    {
        value = 0;
        foreach (var digit in digits)
        {
            if (value > (1UL << 63) / 10) return false;
            value = (value * 10) + (ulong)(digit - '0');
            if (value > 1UL << 63) return false;
        }
        return true;
    }

    /// <summary>Digits past the eighteenth are below every nanosecond of every unit, or nearly: Go drops them as well.</summary>
    private static ulong FractionOf(ReadOnlySpan<char> digits, ulong unit)
    {
        ulong value = 0;
        var scale = 1.0;
        foreach (var digit in digits)
        {
            if (value > long.MaxValue / 10) break;
            var next = (value * 10) + (ulong)(digit - '0');
            if (next > 1UL << 63) break;
            value = next;
            scale *= 10;
        }
        // In floating point, as Go computes it: the last nanosecond of a long fraction comes out the same.
        return value == 0 ? 0 : (ulong)(value * (unit / scale));
    }

    private static int DigitsAtStart(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAnyExceptInRange('0', '9');
        return end < 0 ? text.Length : end;
    }

    private static ulong UnitOf(ReadOnlySpan<char> unit) => unit switch
    {
        "ns" => 1,
        "us" or "\u00b5s" or "\u03bcs" => Microsecond,
        "ms" => Millisecond,
        "s" => Second,
        "m" => Minute,
        "h" => Hour,
        _ => 0,
    };

    private static string Whole(ulong value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Decimal(ulong value, ulong unit)
    {
        var (whole, rest) = ulong.DivRem(value, unit);
        if (rest == 0) return Whole(whole);
        var decimals = Whole(unit + rest)[1..].TrimEnd('0');
        return $"{Whole(whole)}.{decimals}";
    }
}
