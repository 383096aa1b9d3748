using System.Numerics;

namespace Keelson.Api;

public readonly partial struct Quantity
{
    private static readonly long[] PowersOfTen =
    [
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000,
        100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000,
        10_000_000_000_000_000, 100_000_000_000_000_000, 1_000_000_000_000_000_000,
    ];

    public int CompareTo(Quantity other)
    {
        if (Big is null && other.Big is null)
        {
            var scales = _scale - other._scale;
            if (_value == 0 || other._value == 0 || scales == 0) return _value.CompareTo(other._value);
            if (scales is > 0 and <= 18) return ((Int128)_value * PowersOfTen[scales]).CompareTo(other._value);
            if (scales is < 0 and >= -18) return ((Int128)_value).CompareTo((Int128)other._value * PowersOfTen[-scales]);
        }
        if (Sign != other.Sign) return Sign.CompareTo(other.Sign);
        var (left, right, _) = Aligned(this, other);
        return left.CompareTo(right);
    }

    public int CompareTo(long other) => CompareTo(FromLong(other));

    /// <summary>The sum, written as the first unless that is zero, and then as the second.</summary>
    public Quantity Add(Quantity other)
    {
        var format = IsZero ? other._format : _format;
        if (other.IsZero) return format == _format ? this : WithFormat(format);
        if (IsZero) return other;
        if (Big is null && other.Big is null)
        {
            var scales = _scale - other._scale;
            if (scales is >= 0 and <= 18) return Sum((Int128)_value * PowersOfTen[scales], other._value, other._scale, format);
            if (scales is < 0 and >= -18) return Sum(_value, (Int128)other._value * PowersOfTen[-scales], _scale, format);
        }
        var (left, right, scale) = Aligned(this, other);
        return MakeBig(left + right, scale, format, null);
    }

    /// <summary>The difference, written as the first unless that is zero, and then as the second.</summary>
    public Quantity Subtract(Quantity other) => Add(other.Negate());

    public Quantity Multiply(long factor)
    {
        if (Big is null && Math.BigMul(_value, factor) is var product && product == Clamp(product))
        {
            return Make((long)product, _scale, _format, null);
        }
        return MakeBig(Mantissa * factor, _scale, _format, null);
    }

    public Quantity Negate()
    {
        if (IsZero) return this;
        return Big is null && _value != long.MinValue
            ? new(-_value, _scale, _format, null)
            : MakeBig(-Mantissa, _scale, _format, null);
    }

    public static Quantity Min(Quantity left, Quantity right) => right.CompareTo(left) < 0 ? right : left;

    public static Quantity Max(Quantity left, Quantity right) => right.CompareTo(left) > 0 ? right : left;

    public static Quantity operator +(Quantity left, Quantity right) => left.Add(right);

    public static Quantity operator -(Quantity left, Quantity right) => left.Subtract(right);

    public static Quantity operator -(Quantity value) => value.Negate();

    public static Quantity operator *(Quantity value, long factor) => value.Multiply(factor);

    public static bool operator ==(Quantity left, Quantity right) => left.Equals(right);

    public static bool operator !=(Quantity left, Quantity right) => !left.Equals(right);

    public static bool operator <(Quantity left, Quantity right) => left.CompareTo(right) < 0;

    public static bool operator >(Quantity left, Quantity right) => left.CompareTo(right) > 0;

    public static bool operator <=(Quantity left, Quantity right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Quantity left, Quantity right) => left.CompareTo(right) >= 0;

    private static Quantity Sum(Int128 left, Int128 right, int scale, QuantityFormat format)
    {
        var sum = left + right;
        return sum == Clamp(sum) ? Make((long)sum, scale, format, null) : MakeBig((BigInteger)sum, scale, format, null);
    }

    private static (BigInteger Left, BigInteger Right, int Scale) Aligned(Quantity left, Quantity right)
    {
        var scale = Math.Min(left._scale, right._scale);
        return (left.Mantissa * BigInteger.Pow(10, left._scale - scale), right.Mantissa * BigInteger.Pow(10, right._scale - scale), scale);
    }
}
