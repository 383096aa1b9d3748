using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;

namespace Keelson.Api;

/// <summary>Which family of suffixes a <see cref="Quantity"/> is written with.</summary>
public enum QuantityFormat : byte
{
    /// <summary>12e6; also what a quantity without a format is written as.</summary>
    DecimalExponent = 0,

    /// <summary>12M, which is 12 × 10⁶.</summary>
    DecimalSI = 1,

    /// <summary>12Mi, which is 12 × 2²⁰.</summary>
    BinarySI = 2,
}

/// <summary>
/// An exact amount of a resource, such as 500m processors or 1Gi of memory, that remembers how it was written.
/// Amounts that fit 64 bits and a power of ten are kept without allocating. Equal means the same amount.
/// </summary>
public readonly partial struct Quantity : IEquatable<Quantity>, IComparable<Quantity>
{
    public const int Nano = -9;
    public const int Micro = -6;
    public const int Milli = -3;
    public const int Kilo = 3;
    public const int Mega = 6;
    public const int Giga = 9;
    public const int Tera = 12;
    public const int Peta = 15;
    public const int Exa = 18;

    /// <summary>The largest power of ten, up or down, an amount may be made with. Upstream has no limit, and can be made to exhaust memory.</summary>
    public const int MaximumScale = 1000;

    /// <summary>The amount is this times ten to the scale, with no trailing zero, unless the detail holds a bigger mantissa.</summary>
    private readonly long _value;
    private readonly int _scale;
    private readonly QuantityFormat _format;

    /// <summary>Null; the text, when it is what the amount is written as; or a <see cref="Detail"/>.</summary>
    private readonly object? _detail;

    private Quantity(long value, int scale, QuantityFormat format, object? detail)
    {
        _value = value;
        _scale = scale;
        _format = format;
        _detail = detail;
    }

    public QuantityFormat Format => _format;

    public bool IsZero => _value == 0 && Big is null;

    /// <summary>-1, 0 or 1.</summary>
    public int Sign => Big is { } big ? big.Sign : Math.Sign(_value);

    /// <summary>What was parsed, as it was written, or else what the amount is written as.</summary>
    public string Text => (_detail as Detail)?.Text ?? ToString();

    private BigInteger? Big => (_detail as Detail)?.Big;

    private BigInteger Mantissa => Big ?? _value;

    public static Quantity FromLong(long value, QuantityFormat format = QuantityFormat.DecimalSI) => Make(value, 0, format, null);

    public static Quantity FromMilli(long value, QuantityFormat format = QuantityFormat.DecimalSI) => Make(value, Milli, format, null);

    /// <summary>An amount of bytes, written with Ki, Mi and so on.</summary>
    public static Quantity FromBytes(long value) => Make(value, 0, QuantityFormat.BinarySI, null);

    /// <summary>A value times ten to a scale.</summary>
    public static Quantity FromScaled(long value, int scale, QuantityFormat format = QuantityFormat.DecimalSI)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(scale, -MaximumScale);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(scale, MaximumScale);
        return Make(value, scale, format, null);
    }

    /// <summary>The same amount, written with another family of suffixes.</summary>
    public Quantity WithFormat(QuantityFormat format) =>
        new(_value, _scale, format, Big is { } big ? new Detail { Big = big } : null);

    /// <summary>The amount rounded away from zero to a whole number, or the nearest that fits 64 bits.</summary>
    public long Value() => ScaledValue(0);

    /// <summary>The amount in thousandths, rounded away from zero, or the nearest that fits 64 bits.</summary>
    public long MilliValue() => ScaledValue(Milli);

    /// <summary>The amount in units of ten to a scale, rounded away from zero, or the nearest that fits 64 bits.</summary>
    public long ScaledValue(int scale)
    {
        if (IsZero) return 0;
        var up = (long)_scale - scale;
        if (up > MaximumScale * 8) return Sign < 0 ? long.MinValue : long.MaxValue;
        if (up < -MaximumScale * 8) return Sign;
        if (Big is null && up is >= 0 and <= 18) return Clamp((Int128)_value * PowersOfTen[up]);
        if (Big is null && up is < 0 and >= -18) return AwayFromZero(_value, PowersOfTen[-up]);
        var exact = up >= 0
            ? Mantissa * BigInteger.Pow(10, (int)up)
            : AwayFromZero(Mantissa, BigInteger.Pow(10, (int)-up));
        return exact > long.MaxValue ? long.MaxValue : exact < long.MinValue ? long.MinValue : (long)exact;
    }

    /// <summary>The amount as a whole number; false when it is not one or does not fit 64 bits.</summary>
    public bool TryGetLong(out long value)
    {
        value = 0;
        if (_scale < 0 || Big is not null) return false;
        if (_scale == 0)
        {
            value = _value;
            return true;
        }
        if (_scale > 18) return false;
        var exact = (Int128)_value * PowersOfTen[_scale];
        if (exact != Clamp(exact)) return false;
        value = (long)exact;
        return true;
    }

    /// <summary>The nearest number in floating point, or an infinity.</summary>
    public double ToDouble() => Big is null && _scale == 0
        ? _value
        : double.Parse(string.Create(CultureInfo.InvariantCulture, $"{Mantissa}e{_scale}"), NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>The amount rounded away from zero to a multiple of ten to a scale, and whether it was one before.</summary>
    public Quantity RoundUp(int scale, out bool exact)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(scale, -MaximumScale);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(scale, MaximumScale);
        exact = _scale >= scale || IsZero;
        return exact ? this : MakeBig(AwayFromZero(Mantissa, BigInteger.Pow(10, scale - _scale)), scale, _format, null);
    }

    public override int GetHashCode() => Big is { } big ? HashCode.Combine(big, _scale) : HashCode.Combine(_value, _scale);

    /// <summary>Whether the amounts are the same, however written.</summary>
    public bool Equals(Quantity other) => _value == other._value && _scale == other._scale && Big == other.Big;

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Quantity other && Equals(other);

    private static Quantity Make(long value, int scale, QuantityFormat format, object? detail)
    {
        if (value == 0) return new(0, 0, format, detail);
        while (value % 10 == 0)
        {
            value /= 10;
            scale++;
        }
        return new(value, scale, format, detail);
    }

    private static Quantity MakeBig(BigInteger mantissa, int scale, QuantityFormat format, string? text)
    {
        while (!mantissa.IsZero)
        {
            var quotient = BigInteger.DivRem(mantissa, 10, out var remainder);
            if (!remainder.IsZero) break;
            mantissa = quotient;
            scale++;
        }
        if (mantissa.IsZero) scale = 0;
        if (mantissa >= long.MinValue && mantissa <= long.MaxValue)
        {
            return new((long)mantissa, scale, format, text is null ? null : new Detail { Text = text });
        }
        return new(0, scale, format, new Detail { Big = mantissa, Text = text });
    }

    private static long Clamp(Int128 value) => (long)Int128.Clamp(value, long.MinValue, long.MaxValue);

    private static long AwayFromZero(long value, long divisor)
    {
        var (quotient, remainder) = Math.DivRem(value, divisor);
        return quotient + Math.Sign(remainder);
    }

    private static BigInteger AwayFromZero(BigInteger value, BigInteger divisor)
    {
        var quotient = BigInteger.DivRem(value, divisor, out var remainder);
        return quotient + remainder.Sign;
    }

    /// <summary>What does not fit the fields: a mantissa past 64 bits, a text that is not what is written, and what is.</summary>
    private sealed class Detail
    {
        public BigInteger? Big { get; init; }

        public string? Text { get; init; }

        /// <summary>Set once asked for; two threads may both compute it, to the same.</summary>
        public string? Written { get; set; }
    }
}
