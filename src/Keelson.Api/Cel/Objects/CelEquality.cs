using Keelson.Api.Cel.Checking;

namespace Keelson.Api.Cel.Objects;

/// <summary>Equality and order of values, across the types of numbers.</summary>
internal static class CelEquality
{
    public static bool AreEqual(object left, object right)
    {
        // Values come from documents and literals, both of which are bounded in depth; lists that expressions nest are too.
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        return (left, right) switch
        {
            (string a, string b) => a == b,
            (bool a, bool b) => a == b,
            (CelNull, CelNull) => true,
            (byte[] a, byte[] b) => a.AsSpan().SequenceEqual(b),
            (CelTimestamp a, CelTimestamp b) => a == b,
            (Duration a, Duration b) => a == b,
            (CelList a, CelList b) => a.IsEqual(b),
            (CelMap a, CelMap b) => a.IsEqual(b),
            (CelObject a, CelObject b) => a.IsEqual(b),
            (CelOptional a, CelOptional b) => a.Value is null ? b.Value is null : b.Value is not null && AreEqual(a.Value, b.Value),
            (CelType a, CelType b) => a.Kind == b.Kind && a.Name == b.Name,
            (CelOpaque a, CelOpaque b) => a.IsEqual(b),
            _ => IsNumber(left) && IsNumber(right) && Compare(left, right) == 0,
        };
    }

    /// <summary>Which is first, or null when they have no order.</summary>
    public static int? Compare(object left, object right) => (left, right) switch
    {
        (long a, long b) => a.CompareTo(b),
        (ulong a, ulong b) => a.CompareTo(b),
        (double a, double b) => Of(a, b),
        (long a, ulong b) => a < 0 ? -1 : ((ulong)a).CompareTo(b),
        (ulong a, long b) => b < 0 ? 1 : a.CompareTo((ulong)b),
        (double a, long b) => OfInteger(a, b),
        (long a, double b) => -OfInteger(b, a),
        (double a, ulong b) => OfUnsigned(a, b),
        (ulong a, double b) => -OfUnsigned(b, a),
        (string a, string b) => Values.Utf8Order.Instance.Compare(a, b),
        (bool a, bool b) => a.CompareTo(b),
        (byte[] a, byte[] b) => a.AsSpan().SequenceCompareTo(b),
        (CelTimestamp a, CelTimestamp b) => a.CompareTo(b),
        (Duration a, Duration b) => a.CompareTo(b),
        _ => null,
    };

    private static bool IsNumber(object value) => value is long or ulong or double;

    private static int? Of(double a, double b) => double.IsNaN(a) || double.IsNaN(b) ? null : a.CompareTo(b);

    private static int? OfInteger(double a, long b)
    {
        if (double.IsNaN(a)) return null;
        if (a < -9223372036854775808.0) return -1;
        if (a >= 9223372036854775808.0) return 1;
        var whole = (long)a;
        return whole != b ? whole.CompareTo(b) : a.CompareTo(Math.Truncate(a));
    }

    private static int? OfUnsigned(double a, ulong b)
    {
        if (double.IsNaN(a)) return null;
        if (a < 0) return -1;
        if (a >= 18446744073709551616.0) return 1;
        var whole = (ulong)a;
        return whole != b ? whole.CompareTo(b) : a.CompareTo(Math.Truncate(a));
    }
}
