namespace Keelson.Api.Values;

/// <summary>True or false. There are two instances.</summary>
public sealed class BoolValue : Value
{
    public static readonly BoolValue True = new(true);
    public static readonly BoolValue False = new(false);

    private BoolValue(bool value) => Bool = value;

    public override ValueKind Kind => ValueKind.Bool;

    public bool Bool { get; }

    public static BoolValue Of(bool value) => value ? True : False;

    public override int GetHashCode() => Bool ? 1 : 2;

    internal override bool EqualTo(Value other, bool numeric) => other is BoolValue that && that.Bool == Bool;
}
