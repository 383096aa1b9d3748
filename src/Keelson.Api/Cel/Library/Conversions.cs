using System.Globalization;
using System.Text;
using Keelson.Api.Cel.Checking;
using Keelson.Api.Cel.Objects;

namespace Keelson.Api.Cel.Library;

/// <summary>Functions that make a value of one type from one of another.</summary>
internal static class Conversions
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public static void Register(CelLibraryBuilder library) => library
        .Add("bool", call => ToBool(call[0]), "(bool) -> bool", "(string) -> bool")
        .Add("int", call => ToInt(call[0]), "(int) -> int", "(uint) -> int", "(double) -> int", "(string) -> int", "(timestamp) -> int", "(duration) -> int")
        .Add("uint", call => ToUint(call[0]), "(uint) -> uint", "(int) -> uint", "(double) -> uint", "(string) -> uint")
        .Add("double", call => ToDouble(call[0]), "(double) -> double", "(int) -> double", "(uint) -> double", "(string) -> double")
        .Add("string", call => ToText(call[0]),
            "(string) -> string", "(bool) -> string", "(bytes) -> string", "(double) -> string", "(duration) -> string", "(int) -> string", "(timestamp) -> string", "(uint) -> string")
        .Add("bytes", call => call[0] switch { byte[] bytes => bytes, string text => Encoding.UTF8.GetBytes(text), _ => CelError.NoOverload }, "(bytes) -> bytes", "(string) -> bytes")
        .Add("timestamp", call => ToTimestamp(call[0]), "(string) -> timestamp", "(timestamp) -> timestamp", "(int) -> timestamp")
        .Add("duration", call => ToDuration(call[0]), "(string) -> duration", "(duration) -> duration", "(int) -> duration")
        .Add("dyn", call => call[0], "(A) -> dyn")
        .Add("type", call => CelType.OfValue(call[0]), "(A) -> type(A)");

    private static object ToBool(object value) => value switch
    {
        bool flag => flag,
        "true" or "True" or "TRUE" or "t" or "1" => true,
        "false" or "False" or "FALSE" or "f" or "0" => false,
        string => new CelError("type conversion error from 'string' to 'bool'"),
        _ => CelError.NoOverload,
    };

    private static object ToInt(object value) => value switch
    {
        long number => number,
        ulong number => number > long.MaxValue ? CelError.IntegerOverflow : (long)number,
        double number => double.IsNaN(number) || number <= -9223372036854775808.0 || number >= 9223372036854775808.0 ? CelError.IntegerOverflow : (long)number,
        string text => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : new CelError("type conversion error from 'string' to 'int'"),
        CelTimestamp moment => moment.Seconds,
        Duration span => span.Nanoseconds,
        _ => CelError.NoOverload,
    };

    private static object ToUint(object value) => value switch
    {
        ulong number => number,
        long number => number < 0 ? CelError.UnsignedOverflow : (ulong)number,
        double number => double.IsNaN(number) || number < 0 || number >= 18446744073709551616.0 ? CelError.UnsignedOverflow : (ulong)number,
        string text => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : new CelError("type conversion error from 'string' to 'uint'"),
        _ => CelError.NoOverload,
    };

    private static object ToDouble(object value) => value switch
    {
        double number => number,
        long number => (double)number,
        ulong number => (double)number,
        string text => Number(text),
        _ => CelError.NoOverload,
    };

    private static object Number(string text) => text switch
    {
        "NaN" => double.NaN,
        "Infinity" or "Inf" or "+Inf" or "+Infinity" => double.PositiveInfinity,
        "-Infinity" or "-Inf" => double.NegativeInfinity,
        _ => double.TryParse(text, NumberStyles.Float & ~NumberStyles.AllowLeadingWhite & ~NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : new CelError("type conversion error from 'string' to 'double'"),
    };

    private static object ToText(object value)
    {
        switch (value)
        {
            case string or bool or long or ulong or double or CelTimestamp or Duration: return CelShown.Plain(value);
            case byte[] bytes:
                try
                {
                    return Strict.GetString(bytes);
                }
                catch (DecoderFallbackException)
                {
                    return new CelError("invalid UTF-8 in bytes, cannot convert to string");
                }

            default: return CelError.NoOverload;
        }
    }

    private static object ToTimestamp(object value) => value switch
    {
        CelTimestamp moment => moment,
        long seconds => new CelTimestamp(seconds, 0) is { IsValid: true } moment ? moment : CelError.TimestampOverflow,
        string text => ParseTimestamp(text) ?? (object)new CelError($"type conversion error from 'string' to 'google.protobuf.Timestamp'"),
        _ => CelError.NoOverload,
    };

    private static object ToDuration(object value) => value switch
    {
        Duration span => span,
        long seconds => new Duration(seconds),
        string text => Duration.TryParse(text, out var span, out _) ? span : new CelError("type conversion error from 'string' to 'google.protobuf.Duration'"),
        _ => CelError.NoOverload,
    };

    /// <summary>A moment as RFC 3339 writes it, or null.</summary>
    public static CelTimestamp? ParseTimestamp(string text)
    {
        if (!GoTime.TryParse(text, sixDecimals: false, out var seconds, out var nanoseconds, out _)) return null;
        var moment = new CelTimestamp(seconds - GoTime.UnixEpoch, nanoseconds);
        return moment.IsValid ? moment : null;
    }
}
