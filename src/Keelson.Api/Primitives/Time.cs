using System.Diagnostics.CodeAnalysis;

namespace Keelson.Api;

/// <summary>
/// A moment in an API object, of whole seconds in UTC since nothing finer is ever written; its default is Go's zero
/// time, which is written as null.
/// </summary>
public readonly struct Time : IEquatable<Time>, IComparable<Time>
{
    /// <summary>How many bytes <see cref="TryFormat"/> writes.</summary>
    public const int FormattedLength = 20;

    /// <summary>Seconds since the start of year 1, so that the default is the zero time.</summary>
    private readonly long _seconds;

    private Time(long seconds) => _seconds = seconds;

    /// <summary>Whether this is the zero time, which stands for none.</summary>
    public bool IsZero => _seconds == 0;

    public long UnixSeconds => _seconds - GoTime.UnixEpoch;

    /// <exception cref="ArgumentOutOfRangeException">The moment is not in the years 0 to 9999.</exception>
    public static Time FromUnixSeconds(long seconds)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(seconds, GoTime.MinimumSeconds - GoTime.UnixEpoch);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(seconds, GoTime.EndSeconds - GoTime.UnixEpoch);
        return new(seconds + GoTime.UnixEpoch);
    }

    public static bool TryFromUnixSeconds(long seconds, out Time value)
    {
        var valid = seconds is >= GoTime.MinimumSeconds - GoTime.UnixEpoch and < GoTime.EndSeconds - GoTime.UnixEpoch;
        value = valid ? new(seconds + GoTime.UnixEpoch) : default;
        return valid;
    }

    /// <summary>The moment with its fraction of a second dropped.</summary>
    public static Time FromDateTimeOffset(DateTimeOffset moment) => new(moment.UtcTicks / TimeSpan.TicksPerSecond);

    /// <exception cref="InvalidOperationException">The moment is in year 0, which .NET does not have.</exception>
    public DateTimeOffset ToDateTimeOffset() => _seconds >= 0
        ? new(_seconds * TimeSpan.TicksPerSecond, TimeSpan.Zero)
        : throw new InvalidOperationException($"The time {this} is before the year 1.");

    /// <summary>Reads RFC 3339 as Go does, with any offset; a fraction of a second is read and dropped.</summary>
    /// <exception cref="FormatException">The text is not such a time.</exception>
    public static Time Parse(string text) => TryParse(text, out var value, out var error) ? value : throw new FormatException(error);

    /// <summary>Reads RFC 3339 as Go does, with any offset; a fraction of a second is read and dropped.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Time value, [NotNullWhen(false)] out string? error)
    {
        var parsed = GoTime.TryParse(text, sixDecimals: false, out var seconds, out _, out error);
        value = parsed ? new(seconds) : default;
        return parsed;
    }

    /// <summary>Reads the same from UTF-8.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out Time value, [NotNullWhen(false)] out string? error)
    {
        var parsed = GoTime.TryParse(utf8, sixDecimals: false, out var seconds, out _, out error);
        value = parsed ? new(seconds) : default;
        return parsed;
    }

    /// <summary>Writes RFC 3339 in UTC as UTF-8; false when the space is too short.</summary>
    public bool TryFormat(Span<byte> utf8, out int written) => GoTime.TryFormat(_seconds, -1, utf8, out written);

    public int CompareTo(Time other) => _seconds.CompareTo(other._seconds);

    public bool Equals(Time other) => _seconds == other._seconds;

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Time other && Equals(other);

    public override int GetHashCode() => _seconds.GetHashCode();

    public override string ToString() => GoTime.Format(_seconds, -1);

    public static TimeSpan operator -(Time left, Time right) => TimeSpan.FromSeconds(left._seconds - right._seconds);

    public static Time operator +(Time time, TimeSpan span) => FromDateTimeOffset(time.ToDateTimeOffset() + span);

    public static Time operator -(Time time, TimeSpan span) => FromDateTimeOffset(time.ToDateTimeOffset() - span);

    public static bool operator ==(Time left, Time right) => left.Equals(right);

    public static bool operator !=(Time left, Time right) => !left.Equals(right);

    public static bool operator <(Time left, Time right) => left._seconds < right._seconds;

    public static bool operator >(Time left, Time right) => left._seconds > right._seconds;

    public static bool operator <=(Time left, Time right) => left._seconds <= right._seconds;

    public static bool operator >=(Time left, Time right) => left._seconds >= right._seconds;
}
