namespace Keelson.Api.Values;

/// <summary>A JSON number without fraction and exponent that fits 64 bits.</summary>
public sealed class IntegerValue : Value
{
    private const int SmallestShared = -16;
    private const int LargestShared = 1023;

    private static readonly IntegerValue[] Shared = CreateShared();

    private IntegerValue(long integer) => Integer = integer;

    public override ValueKind Kind => ValueKind.Integer;

    public long Integer { get; }

    /// <summary>Small integers, which most replicas, ports and weights are, are shared.</summary>
    public static IntegerValue Of(long integer) =>
        integer is >= SmallestShared and <= LargestShared
            ? Shared[(int)integer - SmallestShared]
            : new IntegerValue(integer);

    public override int GetHashCode() => NumberValue.HashOf(Integer);

    internal override bool EqualTo(Value other, bool numeric) => other switch
    {
        IntegerValue that => that.Integer == Integer,
        NumberValue that => numeric && that.IsInteger(Integer),
        _ => false,
    };

    private static IntegerValue[] CreateShared()
    {
        var shared = new IntegerValue[LargestShared - SmallestShared + 1];
        for (var i = 0; i < shared.Length; i++) shared[i] = new IntegerValue(i + SmallestShared);
        return shared;
    }
}
