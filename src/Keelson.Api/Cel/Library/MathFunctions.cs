using Keelson.Api.Cel.Objects;

namespace Keelson.Api.Cel.Library;

/// <summary>Functions on numbers.</summary>
internal static class MathFunctions
{
    private static readonly string[] Numbers = ["int", "uint", "double"];

    public static void Register(CelLibraryBuilder library)
    {
        string[] extremes =
        [
            .. Numbers.Select(type => $"({type}) -> {type}"), .. Numbers.Select(type => $"({type}, {type}) -> {type}"), .. Numbers.Select(type => $"(list({type})) -> {type}"),
            "(dyn, dyn) -> dyn", "(dyn, dyn, dyn) -> dyn", "(dyn, dyn, dyn, dyn) -> dyn",
        ];
        library
            .Add("math.greatest", call => Extreme(call, order => order > 0), extremes)
            .Add("math.least", call => Extreme(call, order => order < 0), extremes)
            .Add("math.ceil", call => call[0] is double number ? Math.Ceiling(number) : CelError.NoOverload, "(double) -> double")
            .Add("math.floor", call => call[0] is double number ? Math.Floor(number) : CelError.NoOverload, "(double) -> double")
            .Add("math.round", call => call[0] is double number ? Math.Round(number, MidpointRounding.AwayFromZero) : CelError.NoOverload, "(double) -> double")
            .Add("math.trunc", call => call[0] is double number ? Math.Truncate(number) : CelError.NoOverload, "(double) -> double")
            .Add("math.isNaN", call => call[0] is double number ? double.IsNaN(number) : CelError.NoOverload, "(double) -> bool")
            .Add("math.isInf", call => call[0] is double number ? double.IsInfinity(number) : CelError.NoOverload, "(double) -> bool")
            .Add("math.isFinite", call => call[0] is double number ? double.IsFinite(number) : CelError.NoOverload, "(double) -> bool")
            .Add("math.abs", call => Absolute(call[0]), [.. Numbers.Select(type => $"({type}) -> {type}")])
            .Add("math.sign", call => Sign(call[0]), [.. Numbers.Select(type => $"({type}) -> {type}")]);
    }

    private static object Extreme(CelCall call, Func<int, bool> isBetter)
    {
        var values = new List<object>();
        for (var i = 0; i < call.Count; i++) values.Add(call[i]);
        if (values is [CelList list]) values = [.. list.Elements()];
        if (values.Count == 0) return new CelError("math.@min(list) argument must not be empty");
        var best = values[0];
        foreach (var value in values)
        {
            if (value is not (long or ulong or double) || CelEquality.Compare(value, best) is not { } order) return CelError.NoOverload;
            if (isBetter(order)) best = value;
        }

        return best;
    }

    private static object Absolute(object value) => value switch
    {
        long.MinValue => CelError.IntegerOverflow,
        long number => Math.Abs(number),
        ulong number => number,
        double number => Math.Abs(number),
        _ => CelError.NoOverload,
    };

    private static object Sign(object value) => value switch
    {
        long number => (long)Math.Sign(number),
        ulong number => number == 0 ? 0UL : 1UL,
        double number => double.IsNaN(number) ? number : (double)Math.Sign(number),
        _ => CelError.NoOverload,
    };
}
