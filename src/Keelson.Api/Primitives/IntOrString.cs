using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Keelson.Api;

/// <summary>Which of its two forms an <see cref="IntOrString"/> has; the numbers are those of the protobuf form.</summary>
public enum IntOrStringKind
{
    Int = 0,
    String = 1,
}

/// <summary>A value that is a 32-bit integer or a string, such as a port by number or name, or a count or percentage.</summary>
public readonly struct IntOrString : IEquatable<IntOrString>
{
    private readonly string? _text;
    private readonly int _value;

    private IntOrString(int value, string? text)
    {
        _value = value;
        _text = text;
    }

    public IntOrStringKind Kind => _text is null ? IntOrStringKind.Int : IntOrStringKind.String;

    public bool IsInt => _text is null;

    public bool IsString => _text is not null;

    /// <summary>The integer, or what the string reads as: 0 when it is not an integer of 32 bits.</summary>
    public int IntValue => _text is null ? _value : TryParseInt(_text, out var value) ? value : 0;

    /// <summary>The string, or the empty one for an integer.</summary>
    public string StringValue => _text ?? "";

    public static IntOrString FromInt(int value) => new(value, null);

    public static IntOrString FromString(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(0, value);
    }

    /// <summary>An integer when the text reads as one of 32 bits, a string otherwise.</summary>
    public static IntOrString Parse(string text) =>
        TryParseInt(text, out var value) ? FromInt(value) : FromString(text);

    /// <summary>
    /// The integer as it is, or a percentage of a total; a string that is not a percentage is an error.
    /// A result past 32 bits is the nearest that fits.
    /// </summary>
    public bool TryScale(int total, bool roundUp, out int value, [NotNullWhen(false)] out string? error)
    {
        value = _value;
        error = null;
        if (_text is null) return true;
        if (!_text.EndsWith('%'))
        {
            error = "invalid value for IntOrString: invalid type: string is not a percentage";
            return false;
        }
        if (!TryParsePercent(_text[..^1], _text, out var percent, out error)) return false;
        value = PercentOf(percent, total, roundUp);
        return true;
    }

    /// <summary>The integer as it is, or a percentage of a total.</summary>
    /// <exception cref="FormatException">The string is not a percentage.</exception>
    public int ScaledValue(int total, bool roundUp) =>
        TryScale(total, roundUp, out var value, out var error) ? value : throw new FormatException(error);

    /// <summary>
    /// Upstream's older rule, which some fields keep: every percent sign is dropped, and any string that is then an
    /// integer is a percentage, with a sign or without.
    /// </summary>
    public bool TryScaleLoosely(int total, bool roundUp, out int value, [NotNullWhen(false)] out string? error)
    {
        value = _value;
        error = null;
        if (_text is null) return true;
        if (!TryParsePercent(_text.Replace("%", "", StringComparison.Ordinal), _text, out var percent, out error)) return false;
        value = PercentOf(percent, total, roundUp);
        return true;
    }

    public bool Equals(IntOrString other) => _value == other._value && _text == other._text;

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is IntOrString other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_value, _text);

    public override string ToString() => _text ?? _value.ToString(CultureInfo.InvariantCulture);

    public static bool operator ==(IntOrString left, IntOrString right) => left.Equals(right);

    public static bool operator !=(IntOrString left, IntOrString right) => !left.Equals(right);

    public static implicit operator IntOrString(int value) => FromInt(value);

    public static implicit operator IntOrString(string value) => FromString(value);

    private static int PercentOf(long percent, int total, bool roundUp)
    {
        var product = (Int128)percent * total;
        var quotient = product / 100;
        var remainder = product % 100;
        if (roundUp && remainder > 0) quotient++;
        if (!roundUp && remainder < 0) quotient--;
        return (int)Int128.Clamp(quotient, int.MinValue, int.MaxValue);
    }

    private static bool TryParseInt(string text, out int value)
    {
        var fits = GoInteger.TryParse(text, out var wide) && wide is >= int.MinValue and <= int.MaxValue;
        value = fits ? (int)wide : 0;
        return fits;
    }

    private static bool TryParsePercent(string text, string whole, out long value, [NotNullWhen(false)] out string? error)
    {
        var parsed = GoInteger.TryParse(text, out value, out var cause);
        error = parsed ? null : $"invalid value for IntOrString: invalid value {GoQuote.Quote(whole)}: strconv.Atoi: parsing {GoQuote.Quote(text)}: {cause}";
        return parsed;
    }
}
