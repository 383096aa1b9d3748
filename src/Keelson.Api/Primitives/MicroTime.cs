using System.Diagnostics.CodeAnalysis;

namespace Keelson.Api;

/// <summary>
/// A moment in an API object, of whole microseconds in UTC, written with six decimals; its default is Go's zero time,
/// which is written as null.
/// </summary>
public readonly struct MicroTime : IEquatable<MicroTime>, IComparable<MicroTime>
{
    /// <summary>How many bytes <see cref="TryFormat"/> writes.</summary>
    public const int FormattedLength = 27;

    private const long MicrosPerSecond = 1_000_000;

    /// <summary>Microseconds since the start of year 1, so that the default is the zero time.</summary>
    private readonly long _micros;

    private MicroTime(long micros) => _micros = micros;

    /// <summary>Whether this is the zero time, which stands for none.</summary>
    public bool IsZero => _micros == 0;

    /// <summary>Whole seconds since 1970, rounded down.</summary>
    public long UnixSeconds => Seconds - GoTime.UnixEpoch;

    /// <summary>The fraction of the second, a multiple of 1000.</summary>
    public int Nanoseconds => Microseconds * 1000;

    private long Seconds => (_micros - (GoTime.MinimumSeconds * MicrosPerSecond)) / MicrosPerSecond + GoTime.MinimumSeconds;

    private int Microseconds => (int)((_micros - (GoTime.MinimumSeconds * MicrosPerSecond)) % MicrosPerSecond);

    /// <summary>The moment with what is finer than a microsecond dropped; false outside the years 0 to 9999.</summary>
    public static bool TryFromUnix(long seconds, int nanoseconds, out MicroTime value)
    {
        var valid = seconds is >= GoTime.MinimumSeconds - GoTime.UnixEpoch and < GoTime.EndSeconds - GoTime.UnixEpoch
            && nanoseconds is >= 0 and < 1_000_000_000;
        value = valid ? new(((seconds + GoTime.UnixEpoch) * MicrosPerSecond) + (nanoseconds / 1000)) : default;
        return valid;
    }

    /// <summary>The moment with what is finer than a microsecond dropped.</summary>
    public static MicroTime FromDateTimeOffset(DateTimeOffset moment) => new(moment.UtcTicks / TimeSpan.TicksPerMicrosecond);

    /// <exception cref="InvalidOperationException">The moment is in year 0, which .NET does not have.</exception>
    public DateTimeOffset ToDateTimeOffset() => _micros >= 0
        ? new(_micros * TimeSpan.TicksPerMicrosecond, TimeSpan.Zero)
        : throw new InvalidOperationException($"The time {this} is before the year 1.");

    /// <summary>Reads RFC 3339 with exactly six decimals, which is all that upstream takes, and any offset.</summary>
    /// <exception cref="FormatException">The text is not such a time.</exception>
    public static MicroTime Parse(string text) => TryParse(text, out var value, out var error) ? value : throw new FormatException(error);

    /// <summary>Reads RFC 3339 with exactly six decimals, which is all that upstream takes, and any offset.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out MicroTime value, [NotNullWhen(false)] out string? error)
    {
        var parsed = GoTime.TryParse(text, sixDecimals: true, out var seconds, out var nanoseconds, out error);
        value = parsed ? new((seconds * MicrosPerSecond) + (nanoseconds / 1000)) : default;
        return parsed;
    }

    /// <summary>Reads the same from UTF-8.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out MicroTime value, [NotNullWhen(false)] out string? error)
    {
        var parsed = GoTime.TryParse(utf8, sixDecimals: true, out var seconds, out var nanoseconds, out error);
        value = parsed ? new((seconds * MicrosPerSecond) + (nanoseconds / 1000)) : default;
        return parsed;
    }

    /// <summary>Writes RFC 3339 in UTC with six decimals as UTF-8; false when the space is too short.</summary>
    public bool TryFormat(Span<byte> utf8, out int written) => GoTime.TryFormat(Seconds, Microseconds, utf8, out written);

    public int CompareTo(MicroTime other) => _micros.CompareTo(other._micros);

    public bool Equals(MicroTime other) => _micros == other._micros;

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is MicroTime other && Equals(other);

    public override int GetHashCode() => _micros.GetHashCode();

    public override string ToString() => GoTime.Format(Seconds, Microseconds);

    public static TimeSpan operator -(MicroTime left, MicroTime right) => new((left._micros - right._micros) * TimeSpan.TicksPerMicrosecond);

    public static MicroTime operator +(MicroTime time, TimeSpan span) => FromDateTimeOffset(time.ToDateTimeOffset() + span);

    public static MicroTime operator -(MicroTime time, TimeSpan span) => FromDateTimeOffset(time.ToDateTimeOffset() - span);

    public static bool operator ==(MicroTime left, MicroTime right) => left.Equals(right);

    public static bool operator !=(MicroTime left, MicroTime right) => !left.Equals(right);

    public static bool operator <(MicroTime left, MicroTime right) => left._micros < right._micros;

    public static bool operator >(MicroTime left, MicroTime right) => left._micros > right._micros;

    public static bool operator <=(MicroTime left, MicroTime right) => left._micros <= right._micros;

    public static bool operator >=(MicroTime left, MicroTime right) => left._micros >= right._micros;
}
