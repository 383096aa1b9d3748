namespace Keelson.Api.Cel.Objects;

/// <summary>The value null of an expression.</summary>
/// <remarks>
/// Values of expressions are: this one, bool, long, ulong, double, string, byte[], <see cref="CelTimestamp"/>,
/// <see cref="Duration"/>, <see cref="CelList"/>, <see cref="CelMap"/>, <see cref="CelObject"/>, <see cref="CelOptional"/>,
/// <see cref="Checking.CelType"/>, values of libraries, and <see cref="CelError"/> where there is no value.
/// </remarks>
public sealed class CelNull
{
    public static readonly CelNull Value = new();

    private CelNull()
    {
    }

    public override string ToString() => "null";
}

/// <summary>An expression has no value, and why. Errors pass through everything but what can do without the value.</summary>
public sealed record CelError(string Message)
{
    internal static readonly CelError NoOverload = new("no such overload");
    internal static readonly CelError IntegerOverflow = new("integer overflow");
    internal static readonly CelError UnsignedOverflow = new("unsigned integer overflow");
    internal static readonly CelError TimestampOverflow = new("timestamp overflow");
    internal static readonly CelError DurationOverflow = new("duration overflow");
    internal static readonly CelError DivisionByZero = new("division by zero");
    internal static readonly CelError ModulusByZero = new("modulus by zero");

    internal static CelError NoKey(object key) => new($"no such key: {CelShown.Plain(key)}");

    internal static CelError OutOfBounds(object index) => new($"index out of bounds: {CelShown.Plain(index)}");
}

/// <summary>A value that may be missing.</summary>
public sealed record CelOptional(object? Value)
{
    public static readonly CelOptional None = new((object?)null);
}

/// <summary>A moment with nanoseconds.</summary>
public readonly record struct CelTimestamp(long Seconds, int Nanoseconds) : IComparable<CelTimestamp>
{
    /// <summary>The first second of year 1 and the last of year 9999, counted from 1970.</summary>
    public const long MinimumSeconds = -62_135_596_800;
    public const long MaximumSeconds = 253_402_300_799;

    public bool IsValid => Seconds is >= MinimumSeconds and <= MaximumSeconds;

    public static CelTimestamp FromTime(DateTimeOffset time)
    {
        var ticks = time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;
        var seconds = Math.DivRem(ticks, TimeSpan.TicksPerSecond, out var rest);
        if (rest < 0) (seconds, rest) = (seconds - 1, rest + TimeSpan.TicksPerSecond);
        return new CelTimestamp(seconds, (int)rest * 100);
    }

    public DateTime ToDateTime() => DateTime.UnixEpoch.AddTicks((Seconds * TimeSpan.TicksPerSecond) + (Nanoseconds / 100));

    public int CompareTo(CelTimestamp other) => Seconds != other.Seconds ? Seconds.CompareTo(other.Seconds) : Nanoseconds.CompareTo(other.Nanoseconds);

    public override string ToString()
    {
        var text = ToDateTime().ToString("yyyy-MM-dd'T'HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);
        var fraction = Nanoseconds == 0 ? "" : "." + Nanoseconds.ToString("D9", System.Globalization.CultureInfo.InvariantCulture).TrimEnd('0');
        return text + fraction + "Z";
    }
}
