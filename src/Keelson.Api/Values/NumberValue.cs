namespace Keelson.Api.Values;

/// <summary>
/// A JSON number that is not an <see cref="IntegerValue"/>. It remembers how it was written, so that reading and
/// writing an object does not change it; equality is that of the quantity.
/// </summary>
public sealed class NumberValue : Value
{
    private readonly string? _source;

    /// <exception cref="ArgumentOutOfRangeException">The number is infinite or not a number: JSON has no form for it.</exception>
    public NumberValue(double number)
        : this(number, null)
    {
    }

    internal NumberValue(double number, string? source)
    {
        if (!double.IsFinite(number)) throw new ArgumentOutOfRangeException(nameof(number), "JSON has no form for this number");
        Number = number;
        _source = source;
    }

    public override ValueKind Kind => ValueKind.Number;

    public double Number { get; }

    /// <summary>The number as it was written, or null when it was computed.</summary>
    public string? Source => _source;

    /// <summary>Equal quantities have equal hashes, integers and numbers alike, because both kinds of equality use it.</summary>
    public override int GetHashCode() => HashOf(Number);

    internal static int HashOf(double number) => (number == 0 ? 0.0 : number).GetHashCode();

    internal bool IsInteger(long integer) =>
        Number is >= -9223372036854775808.0 and < 9223372036854775808.0 && (long)Number == integer && Number == Math.Truncate(Number);

    internal override bool EqualTo(Value other, bool numeric) => other switch
    {
        NumberValue that => that.Number == Number,
        IntegerValue that => numeric && IsInteger(that.Integer),
        _ => false,
    };
}
