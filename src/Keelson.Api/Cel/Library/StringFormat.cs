using System.Globalization;
using System.Numerics;
using System.Text;
using Keelson.Api.Cel.Checking;
using Keelson.Api.Cel.Objects;
using Keelson.Api.Cel.Running;

namespace Keelson.Api.Cel.Library;

/// <summary>The function format: %s, %d, %f, %e, %x, %X, %o, %b.</summary>
internal sealed class StringFormat(CelRun run)
{
    /// <summary>How many digits may follow the point.</summary>
    private const int MaximumPrecision = 1000;

    public object Format(string format, CelList arguments)
    {
        var text = new StringBuilder();
        var next = 0;
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
            {
                text.Append(format[i]);
                continue;
            }

            if (++i >= format.Length) return new CelError("unexpected end of string");
            if (format[i] == '%')
            {
                text.Append('%');
                continue;
            }

            var precision = Precision(format, ref i, out var fault);
            if (fault is not null) return fault;
            if (i >= format.Length) return new CelError("unexpected end of string");
            if (next >= arguments.Count) return new CelError($"index {next} out of range");
            if (arguments[next] is CelError error) return error;
            if (Clause(format[i], arguments[next], precision) is not { } shown) return new CelError($"could not parse formatting clause: unrecognized formatting clause \"{format[i]}\"");
            if (shown is CelError wrong) return new CelError("error during formatting: " + wrong.Message);
            text.Append((string)shown);
            next++;
        }

        return text.ToString();
    }

    private static int Precision(string format, ref int at, out CelError? fault)
    {
        fault = null;
        if (format[at] != '.') return 6;
        var start = ++at;
        while (at < format.Length && char.IsAsciiDigit(format[at])) at++;
        if (at == start) return 0;
        if (int.TryParse(format.AsSpan(start, at - start), NumberStyles.None, CultureInfo.InvariantCulture, out var digits) && digits <= MaximumPrecision) return digits;
        fault = new CelError($"precision exceeds the maximum of {MaximumPrecision}");
        return 0;
    }

    private object? Clause(char verb, object value, int precision) => verb switch
    {
        's' => Text(value),
        'd' => value is long or ulong ? CelShown.Plain(value) : value is double.NaN or double.PositiveInfinity or double.NegativeInfinity ? Special((double)value) : Wrong("decimal clause can only be used on integers", value),
        'f' => Number(value) is { } number ? double.IsFinite(number) ? number.ToString("F" + precision, CultureInfo.InvariantCulture) : Special(number) : Wrong("fixed-point clause can only be used on doubles", value),
        'e' => Number(value) is { } number ? double.IsFinite(number) ? Scientific(number, precision) : Special(number) : Wrong("scientific clause can only be used on doubles", value),
        'b' => value is bool flag ? flag ? "1" : "0" : Whole(value) is { } whole ? InBase(whole, 2) : Wrong("only integers and bools can be formatted as binary", value),
        'o' => Whole(value) is { } whole ? InBase(whole, 8) : Wrong("octal clause can only be used on integers", value),
        'x' or 'X' => Hexadecimal(value) is { } shown ? verb == 'X' ? shown.ToUpperInvariant() : shown : Wrong("only integers, byte buffers, and strings can be formatted as hex", value),
        _ => null,
    };

    private static CelError Wrong(string what, object value) => new($"{what}, was given {CelType.OfValue(value).Name}");

    private static string Special(double number) => double.IsNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity";

    private static double? Number(object value) => value switch
    {
        double number => number,
        long number => number,
        ulong number => number,
        _ => null,
    };

    private static BigInteger? Whole(object value) => value switch
    {
        long number => number,
        ulong number => number,
        _ => null,
    };

    private static string Scientific(double number, int precision)
    {
        var text = number.ToString("e" + precision, CultureInfo.InvariantCulture);
        var exponent = text.IndexOf('e', StringComparison.Ordinal);
        return text[..(exponent + 2)] + text[(exponent + 2)..].TrimStart('0').PadLeft(2, '0');
    }

    private static string InBase(BigInteger number, int radix)
    {
        if (number.IsZero) return "0";
        var digits = new StringBuilder();
        for (var rest = BigInteger.Abs(number); !rest.IsZero; rest /= radix) digits.Insert(0, (int)(rest % radix));
        return number.Sign < 0 ? "-" + digits : digits.ToString();
    }

    private static string? Hexadecimal(object value) => value switch
    {
        long number => number < 0 ? "-" + ((UInt128)(-(Int128)number)).ToString("x", CultureInfo.InvariantCulture) : number.ToString("x", CultureInfo.InvariantCulture),
        ulong number => number.ToString("x", CultureInfo.InvariantCulture),
        byte[] bytes => Convert.ToHexStringLower(bytes),
        string text => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text)),
        _ => null,
    };

    private object Text(object value)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (value)
        {
            case double number when !double.IsFinite(number): return Special(number);
            case string or bool or long or ulong or double or byte[] or CelTimestamp or Duration or CelNull: return CelShown.Plain(value);
            case CelType type: return type.Name;
            case CelList list: return Joined(list.Elements().Select(Text), "[", "]");
            case CelMap map:
                var entries = map.Keys.Select(key => (Key: Text(key), Value: Text(map.Find(key)!))).ToList();
                if (entries.Find(entry => entry.Value is CelError).Value is { } fault) return fault;
                return Joined(entries.Select(object (entry) => $"{entry.Key}: {entry.Value}").Order(), "{", "}");
            default: return Wrong("string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps", value);
        }
    }

    private object Joined(IEnumerable<object> parts, string open, string close)
    {
        var all = parts.ToList();
        run.ChargeGrowth(all.Sum(part => (long)((part as string)?.Length ?? 0)));
        return all.Find(part => part is CelError) ?? open + string.Join(", ", all) + close;
    }
}
