using Keelson.Api.Cel.Checking;
using Keelson.Api.Cel.Objects;

namespace Keelson.Api.Cel.Library;

/// <summary>Amounts of resources.</summary>
internal static class QuantityFunctions
{
    private const string Own = "kubernetes.Quantity";

    public static void Register(CelLibraryBuilder library) => library
        .Add("quantity", call => call[0] is not string text ? CelError.NoOverload : Quantity.TryParse(text, out var amount, out var error) ? new CelQuantity(amount) : new CelError(error), $"(string) -> {Own}")
        .Add("isQuantity", call => call[0] is string text ? Quantity.TryParse(text, out _, out _) : CelError.NoOverload, "(string) -> bool")
        .Add("sign", call => call[0] is CelQuantity amount ? (long)amount.Amount.Sign : CelError.NoOverload, $"{Own}.() -> int")
        .Add("isInteger", call => call[0] is CelQuantity amount ? amount.Amount.TryGetLong(out _) : CelError.NoOverload, $"{Own}.() -> bool")
        .Add("asInteger", call => call[0] is not CelQuantity amount ? CelError.NoOverload : amount.Amount.TryGetLong(out var number) ? number : new CelError("cannot convert value to integer"), $"{Own}.() -> int")
        .Add("asApproximateFloat", call => call[0] is CelQuantity amount ? amount.Amount.ToDouble() : CelError.NoOverload, $"{Own}.() -> double")
        .Add("add", call => Pair(call, (left, right) => new CelQuantity(left.Add(right)), takesInt: true), $"{Own}.({Own}) -> {Own}", $"{Own}.(int) -> {Own}")
        .Add("sub", call => Pair(call, (left, right) => new CelQuantity(left.Subtract(right)), takesInt: true), $"{Own}.({Own}) -> {Own}", $"{Own}.(int) -> {Own}")
        .Add("isLessThan", call => Pair(call, (left, right) => left.CompareTo(right) < 0), $"{Own}.({Own}) -> bool")
        .Add("isGreaterThan", call => Pair(call, (left, right) => left.CompareTo(right) > 0), $"{Own}.({Own}) -> bool")
        .Add("compareTo", call => Pair(call, (left, right) => (long)Math.Sign(left.CompareTo(right))), $"{Own}.({Own}) -> int");

    private static object Pair(CelCall call, Func<Quantity, Quantity, object> compute, bool takesInt = false) => (call[0], call[1]) switch
    {
        (CelQuantity left, CelQuantity right) => compute(left.Amount, right.Amount),
        (CelQuantity left, long right) when takesInt => compute(left.Amount, Quantity.FromLong(right)),
        _ => CelError.NoOverload,
    };
}

/// <summary>An amount of a resource.</summary>
internal sealed class CelQuantity(Quantity amount) : CelOpaque
{
    public Quantity Amount { get; } = amount;

    internal override CelType Type => CelType.Opaque("kubernetes.Quantity");

    internal override bool IsEqual(CelOpaque other) => other is CelQuantity same && same.Amount == Amount;

    public override string ToString() => Amount.ToString();
}
