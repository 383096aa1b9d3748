using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;

namespace Keelson.Api;

public readonly partial struct Quantity
{
    /// <summary>The longest text that is read. Upstream has no limit.</summary>
    public const int MaximumLength = 1000;

    private const string FormatError = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
    private const string NumericError = "unable to parse numeric part of quantity";
    private const string SuffixError = "unable to parse quantity's suffix";

    private static readonly string[] BinarySuffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    private static readonly string[] DecimalSuffixes = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];

    /// <exception cref="FormatException">The text is not a quantity.</exception>
    public static Quantity Parse(string text) => TryParse(text, out var value, out var error) ? value : throw new FormatException(error);

    /// <summary>Reads a number and a suffix with upstream's leniencies and error texts; finer than nano rounds away from zero.</summary>
    public static bool TryParse(string text, out Quantity value, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        value = default;
        if (!Parts.TrySplit(text, out var parts))
        {
            error = FormatError;
            return false;
        }
        if (!TryReadSuffix(parts.Suffix, out var exponent, out var format))
        {
            error = SuffixError;
            return false;
        }
        if (format != QuantityFormat.BinarySI && exponent > MaximumScale)
        {
            error = SuffixError;
            return false;
        }
        // A lone sign or point is zero to upstream, but only where it does not need the exact path.
        var isSmall = format == QuantityFormat.BinarySI ? IsSmallBinary(parts, exponent) : IsSmallDecimal(parts, exponent);
        if (!isSmall && !parts.HasDigits)
        {
            error = NumericError;
            return false;
        }
        error = null;
        value = format == QuantityFormat.BinarySI ? ReadBinary(text, parts, exponent, isSmall) : ReadDecimal(text, parts, exponent, format, isSmall);
        return true;
    }

    /// <summary>
    /// What upstream writes: the text that was parsed when it looks canonical to upstream, "1.500" too, and the
    /// canonical form otherwise.
    /// </summary>
    public override string ToString()
    {
        if (_detail is string text) return text;
        if (_detail is Detail detail) return detail.Written ??= ToCanonicalString();
        return ToCanonicalString();
    }

    /// <summary>The form without a fraction and with the largest suffix: 0.5 is 500m, 1024Mi is 1Gi.</summary>
    public string ToCanonicalString()
    {
        if (IsZero) return "0";
        var format = _format;
        if (format == QuantityFormat.BinarySI)
        {
            // Below 1024, and where a fraction would be lost, decimal suffixes are what says it exactly.
            if (_scale >= 0 && (CompareTo(1024) >= 0 || CompareTo(-1024) <= 0))
            {
                if (TryFormatBinary(out var binary)) return binary;
                format = QuantityFormat.DecimalExponent;
            }
            else
            {
                format = QuantityFormat.DecimalSI;
            }
        }
        var zeros = ((_scale % 3) + 3) % 3;
        var exponent = _scale - zeros;
        var number = Big is { } big ? big.ToString(CultureInfo.InvariantCulture) : _value.ToString(CultureInfo.InvariantCulture);
        var suffix = exponent == 0 ? ""
            : format == QuantityFormat.DecimalSI && exponent is >= Nano and <= Exa ? DecimalSuffixes[(exponent - Nano) / 3]
            : string.Create(CultureInfo.InvariantCulture, $"e{exponent}");
        return zeros switch { 0 => number + suffix, 1 => $"{number}0{suffix}", _ => $"{number}00{suffix}" };
    }

    private bool TryFormatBinary(out string text)
    {
        text = "";
        if (TryGetLong(out var small))
        {
            var steps = 0;
            while (small % 1024 == 0)
            {
                small /= 1024;
                steps++;
            }
            text = small.ToString(CultureInfo.InvariantCulture) + BinarySuffixes[steps];
            return true;
        }
        var whole = Mantissa * BigInteger.Pow(10, _scale);
        var step = 0;
        while ((whole & 1023).IsZero)
        {
            // Past Ei there is no suffix, and dropping one would change the amount.
            if (++step == BinarySuffixes.Length) return false;
            whole >>= 10;
        }
        text = whole.ToString(CultureInfo.InvariantCulture) + BinarySuffixes[step];
        return true;
    }

    private static bool IsSmallDecimal(in Parts parts, int exponent) =>
        parts.Whole.Length + parts.Fraction.Length <= 18 && (long)exponent - parts.Fraction.Length >= Nano;

    private static bool IsSmallBinary(in Parts parts, int exponent) =>
        parts.Fraction.IsEmpty && 15 - parts.Whole.Length - (exponent * 3 / 10) - 1 >= 0;

    private static Quantity ReadDecimal(string text, in Parts parts, int exponent, QuantityFormat format, bool isSmall)
    {
        var scale = (long)exponent - parts.Fraction.Length;
        if (isSmall)
        {
            var value = parts.Mantissa();
            var kept = scale % 3 == 0 && parts.LeadingDigit != '0' && !parts.EndsInThreeZeros;
            return Make(parts.Negative ? -value : value, (int)scale, format, DetailFor(text, kept));
        }
        var mantissa = parts.BigMantissa();
        if (scale < Nano && !mantissa.IsZero)
        {
            // A fraction with as many digits as this is below one unit of nano, whatever they are.
            mantissa = Nano - scale > parts.Whole.Length + parts.Fraction.Length ? BigInteger.One : AwayFromZero(mantissa, BigInteger.Pow(10, (int)(Nano - scale)));
            scale = Nano;
        }
        return MakeBig(parts.Negative ? -mantissa : mantissa, mantissa.IsZero ? 0 : (int)scale, format, text);
    }

    private static Quantity ReadBinary(string text, in Parts parts, int exponent, bool isSmall)
    {
        var format = QuantityFormat.BinarySI;
        if (isSmall)
        {
            var value = parts.Mantissa();
            return Make((parts.Negative ? -value : value) << exponent, 0, format, DetailFor(text, (value & 7) != 0));
        }
        var mantissa = parts.BigMantissa() << exponent;
        var scale = -parts.Fraction.Length;
        if (scale < Nano && !mantissa.IsZero)
        {
            mantissa = AwayFromZero(mantissa, BigInteger.Pow(10, Nano - scale));
            scale = Nano;
        }
        var one = BigInteger.Pow(10, -scale);
        if (mantissa > one * long.MaxValue)
        {
            mantissa = long.MaxValue;
            scale = 0;
        }
        else if (mantissa < one && !mantissa.IsZero)
        {
            format = QuantityFormat.DecimalSI;
        }
        return MakeBig(parts.Negative ? -mantissa : mantissa, scale, format, text);
    }

    private static object DetailFor(string text, bool kept) => kept ? text : new Detail { Text = text };

    private static bool TryReadSuffix(ReadOnlySpan<char> suffix, out int exponent, out QuantityFormat format)
    {
        format = QuantityFormat.DecimalSI;
        exponent = 0;
        if (suffix.IsEmpty) return true;
        if (suffix.Length == 1)
        {
            exponent = suffix[0] switch
            {
                'n' => Nano, 'u' => Micro, 'm' => Milli, 'k' => Kilo, 'M' => Mega,
                'G' => Giga, 'T' => Tera, 'P' => Peta, 'E' => Exa, _ => 0,
            };
            return exponent != 0;
        }
        if (suffix.Length == 2 && suffix[1] == 'i')
        {
            format = QuantityFormat.BinarySI;
            exponent = suffix[0] switch { 'K' => 10, 'M' => 20, 'G' => 30, 'T' => 40, 'P' => 50, 'E' => 60, _ => 0 };
            return exponent != 0;
        }
        format = QuantityFormat.DecimalExponent;
        if (suffix[0] is not ('e' or 'E') || !GoInteger.TryParse(suffix[1..], out var power)) return false;
        exponent = (int)power;
        return power is >= -int.MaxValue and <= int.MaxValue;
    }

    /// <summary>The parts of a text; its whole number has no leading zeros but at least one digit.</summary>
    private readonly ref struct Parts
    {
        public bool Negative { get; private init; }

        public bool HasDigits { get; private init; }

        public ReadOnlySpan<char> Whole { get; private init; }

        public ReadOnlySpan<char> Fraction { get; private init; }

        public ReadOnlySpan<char> Suffix { get; private init; }

        public char LeadingDigit => Whole[0];

        public bool EndsInThreeZeros
        {
            get
            {
                var ending = 0;
                while (ending < 3 && ending < Fraction.Length && Fraction[^(ending + 1)] == '0') ending++;
                if (ending < Fraction.Length) return ending == 3;
                while (ending < 3 && ending - Fraction.Length < Whole.Length && Whole[^(ending - Fraction.Length + 1)] == '0') ending++;
                return ending == 3;
            }
        }

        public static bool TrySplit(ReadOnlySpan<char> text, out Parts parts)
        {
            parts = default;
            if (text.IsEmpty || text.Length > MaximumLength) return false;
            var rest = text[0] is '-' or '+' ? text[1..] : text;
            var unsigned = rest;
            rest = rest.TrimStart('0');
            var whole = Digits(rest);
            rest = rest[whole.Length..];
            var fraction = ReadOnlySpan<char>.Empty;
            if (!rest.IsEmpty && rest[0] == '.')
            {
                fraction = Digits(rest[1..]);
                rest = rest[(fraction.Length + 1)..];
            }
            var hasDigits = unsigned[..^rest.Length].ContainsAnyInRange('0', '9');
            var letters = rest.IndexOfAnyExcept("eEinumkKMGTP");
            var power = letters < 0 ? [] : rest[letters..];
            if (!power.IsEmpty && power[0] is '-' or '+') power = power[1..];
            if (power.ContainsAnyExceptInRange('0', '9')) return false;
            parts = new() { Negative = text[0] == '-', HasDigits = hasDigits, Whole = whole.IsEmpty ? "0" : whole, Fraction = fraction, Suffix = rest };
            return true;
        }

        /// <summary>The digits without the point; they are few enough to fit.</summary>
        public long Mantissa()
        {
            long value = 0;
            foreach (var digit in Whole) value = (value * 10) + (digit - '0');
            foreach (var digit in Fraction) value = (value * 10) + (digit - '0');
            return value;
        }

        public BigInteger BigMantissa() => BigInteger.Parse(string.Concat(Whole, Fraction), NumberStyles.None, CultureInfo.InvariantCulture);

        private static ReadOnlySpan<char> Digits(ReadOnlySpan<char> text)
        {
            var end = text.IndexOfAnyExceptInRange('0', '9');
            return end < 0 ? text : text[..end];
        }
    }
}
