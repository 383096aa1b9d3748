using Keelson.Api.Cel.Objects;

namespace Keelson.Api.Cel.Library;

/// <summary>Arithmetic, indexing and membership. Logic and conditions are the evaluator's, since they do without values.</summary>
internal static class Operators
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    public static void Register(CelLibraryBuilder library) => library
        .Add("_+_", call => Add(call[0], call[1]),
            "(int, int) -> int", "(uint, uint) -> uint", "(double, double) -> double", "(string, string) -> string", "(bytes, bytes) -> bytes",
            "(list(A), list(A)) -> list(A)", "(timestamp, duration) -> timestamp", "(duration, timestamp) -> timestamp", "(duration, duration) -> duration")
        .Add("_-_", call => Subtract(call[0], call[1]),
            "(int, int) -> int", "(uint, uint) -> uint", "(double, double) -> double", "(timestamp, duration) -> timestamp", "(timestamp, timestamp) -> duration",
            "(duration, duration) -> duration")
        .Add("_*_", call => Multiply(call[0], call[1]), "(int, int) -> int", "(uint, uint) -> uint", "(double, double) -> double")
        .Add("_/_", call => Divide(call[0], call[1]), "(int, int) -> int", "(uint, uint) -> uint", "(double, double) -> double")
        .Add("_%_", call => Remainder(call[0], call[1]), "(int, int) -> int", "(uint, uint) -> uint")
        .Add("-_", call => Negate(call[0]), "(int) -> int", "(double) -> double")
        .Add("!_", call => call[0] is bool flag ? !flag : CelError.NoOverload, "(bool) -> bool")
        .Add("_&&_", static _ => CelError.NoOverload, "(bool, bool) -> bool")
        .Add("_||_", static _ => CelError.NoOverload, "(bool, bool) -> bool")
        .Add("_?_:_", static _ => CelError.NoOverload, "(bool, A, A) -> A")
        .Add("_[_]", call => Index(call[0], call[1]), "(list(A), int) -> A", "(map(A, B), A) -> B", "(optional(list(A)), int) -> optional(A)", "(optional(map(A, B)), A) -> optional(B)")
        .Add("_[?_]", call => OptionalIndex(call[0], call[1]),
            "(list(A), int) -> optional(A)", "(map(A, B), A) -> optional(B)", "(optional(list(A)), int) -> optional(A)", "(optional(map(A, B)), A) -> optional(B)")
        .Add("@in", call => Contains(call[0], call[1]), "(A, list(A)) -> bool", "(A, map(A, B)) -> bool")
        .Add("size", call => Size(call[0]),
            "(string) -> int", "(bytes) -> int", "(list(A)) -> int", "(map(A, B)) -> int", "string.() -> int", "bytes.() -> int", "list(A).() -> int", "map(A, B).() -> int");

    private static object Add(object left, object right) => (left, right) switch
    {
        (long a, long b) => Whole((Int128)a + b),
        (ulong a, ulong b) => ulong.MaxValue - b < a ? CelError.UnsignedOverflow : a + b,
        (double a, double b) => a + b,
        (string a, string b) => a + b,
        (byte[] a, byte[] b) => (byte[])[.. a, .. b],
        (CelList a, CelList b) => a.Join(b),
        (CelTimestamp a, Duration b) => Moved(a, b.Nanoseconds),
        (Duration a, CelTimestamp b) => Moved(b, a.Nanoseconds),
        (Duration a, Duration b) => Span((Int128)a.Nanoseconds + b.Nanoseconds),
        _ => CelError.NoOverload,
    };

    private static object Subtract(object left, object right) => (left, right) switch
    {
        (long a, long b) => Whole((Int128)a - b),
        (ulong a, ulong b) => a < b ? CelError.UnsignedOverflow : a - b,
        (double a, double b) => a - b,
        (CelTimestamp a, Duration b) => Moved(a, -(Int128)b.Nanoseconds),
        (CelTimestamp a, CelTimestamp b) => Span(((Int128)(a.Seconds - b.Seconds) * NanosecondsPerSecond) + a.Nanoseconds - b.Nanoseconds),
        (Duration a, Duration b) => Span((Int128)a.Nanoseconds - b.Nanoseconds),
        _ => CelError.NoOverload,
    };

    private static object Multiply(object left, object right) => (left, right) switch
    {
        (long a, long b) => Whole((Int128)a * b),
        (ulong a, ulong b) => (UInt128)a * b is var product && product > ulong.MaxValue ? CelError.UnsignedOverflow : (ulong)product,
        (double a, double b) => a * b,
        _ => CelError.NoOverload,
    };

    private static object Divide(object left, object right) => (left, right) switch
    {
        (long, 0L) or (ulong, 0UL) => CelError.DivisionByZero,
        (long.MinValue, -1L) => CelError.IntegerOverflow,
        (long a, long b) => a / b,
        (ulong a, ulong b) => a / b,
        (double a, double b) => a / b,
        _ => CelError.NoOverload,
    };

    private static object Remainder(object left, object right) => (left, right) switch
    {
        (long, 0L) or (ulong, 0UL) => CelError.ModulusByZero,
        (long.MinValue, -1L) => CelError.IntegerOverflow,
        (long a, long b) => a % b,
        (ulong a, ulong b) => a % b,
        _ => CelError.NoOverload,
    };

    private static object Negate(object value) => value switch
    {
        long.MinValue => CelError.IntegerOverflow,
        long number => -number,
        double number => -number,
        Duration span => Span(-(Int128)span.Nanoseconds),
        _ => CelError.NoOverload,
    };

    private static object Whole(Int128 number) => number < long.MinValue || number > long.MaxValue ? CelError.IntegerOverflow : (long)number;

    private static object Span(Int128 nanoseconds) =>
        nanoseconds < long.MinValue || nanoseconds > long.MaxValue ? CelError.DurationOverflow : new Duration((long)nanoseconds);

    private static object Moved(CelTimestamp moment, Int128 by)
    {
        var nanoseconds = ((Int128)moment.Seconds * NanosecondsPerSecond) + moment.Nanoseconds + by;
        var seconds = nanoseconds / NanosecondsPerSecond;
        var rest = nanoseconds % NanosecondsPerSecond;
        if (rest < 0) (seconds, rest) = (seconds - 1, rest + NanosecondsPerSecond);
        var moved = new CelTimestamp((long)seconds, (int)rest);
        return moved.IsValid ? moved : CelError.TimestampOverflow;
    }

    public static object Index(object container, object index)
    {
        if (container is CelOptional optional) return optional.Value is null ? optional : OptionalIndex(optional.Value, index);
        switch (container)
        {
            case CelList list:
                return Position(index) is not { } at ? CelError.NoOverload : at >= 0 && at < list.Count ? list[(int)at] : CelError.OutOfBounds(index);
            case CelMap map:
                return map.Find(index) ?? CelError.NoKey(index);
            default:
                return CelError.NoOverload;
        }
    }

    /// <summary>The element, or an empty optional where there is none.</summary>
    public static object OptionalIndex(object container, object index)
    {
        if (container is CelOptional optional) return optional.Value is null ? optional : OptionalIndex(optional.Value, index);
        return container switch
        {
            CelList list when Position(index) is { } at => at >= 0 && at < list.Count ? new CelOptional(list[(int)at]) : CelOptional.None,
            CelMap map => map.Find(index) is { } value ? new CelOptional(value) : CelOptional.None,
            _ => CelError.NoOverload,
        };
    }

    private static long? Position(object index) => index switch
    {
        long number => number,
        ulong number => number > int.MaxValue ? int.MaxValue : (long)number,
        double number when number == Math.Truncate(number) && Math.Abs(number) < int.MaxValue => (long)number,
        _ => null,
    };

    private static object Contains(object value, object container)
    {
        switch (container)
        {
            case CelList list:
                foreach (var element in list.Elements())
                {
                    if (element is CelError) return element;
                    if (CelEquality.AreEqual(value, element)) return true;
                }

                return false;
            case CelMap map:
                return map.Find(value) is not null;
            default:
                return CelError.NoOverload;
        }
    }

    private static object Size(object value) => value switch
    {
        string text => RuneCount(text),
        byte[] bytes => (long)bytes.Length,
        CelList list => (long)list.Count,
        CelMap map => (long)map.Count,
        _ => CelError.NoOverload,
    };

    public static long RuneCount(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\ud800', '\udfff')) return text.Length;
        long count = 0;
        foreach (var _ in text.EnumerateRunes()) count++;
        return count;
    }
}
