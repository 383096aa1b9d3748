namespace Keelson.Api.Values;

/// <summary>JSON's null. There is one instance.</summary>
public sealed class NullValue : Value
{
    internal static readonly NullValue Instance = new();

    private NullValue()
    {
    }

    public override ValueKind Kind => ValueKind.Null;

    public override int GetHashCode() => 0;

    internal override bool EqualTo(Value other, bool numeric) => other is NullValue;
}
