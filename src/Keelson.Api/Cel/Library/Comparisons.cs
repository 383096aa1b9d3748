using Keelson.Api.Cel.Objects;

namespace Keelson.Api.Cel.Library;

/// <summary>Equality and order; numbers of different types compare as Kubernetes has it.</summary>
internal static class Comparisons
{
    private static readonly string[] Ordered =
    [
        .. new[] { "bool", "int", "uint", "double", "string", "bytes", "timestamp", "duration" }.Select(type => $"({type}, {type}) -> bool"),
        "(int, uint) -> bool", "(int, double) -> bool", "(uint, int) -> bool", "(uint, double) -> bool", "(double, int) -> bool", "(double, uint) -> bool",
    ];

    public static void Register(CelLibraryBuilder library) => library
        .Add("_==_", call => CelEquality.AreEqual(call[0], call[1]), "(A, A) -> bool")
        .Add("_!=_", call => !CelEquality.AreEqual(call[0], call[1]), "(A, A) -> bool")
        .Add("_<_", call => Compare(call, order => order < 0), Ordered)
        .Add("_<=_", call => Compare(call, order => order <= 0), Ordered)
        .Add("_>_", call => Compare(call, order => order > 0), Ordered)
        .Add("_>=_", call => Compare(call, order => order >= 0), Ordered);

    private static object Compare(CelCall call, Func<int, bool> holds)
    {
        if (CelEquality.Compare(call[0], call[1]) is { } order) return holds(order);
        if (call[0] is double.NaN || call[1] is double.NaN) return call[0] is long or ulong or double && call[1] is long or ulong or double ? new CelError("NaN values cannot be ordered") : CelError.NoOverload;
        return CelError.NoOverload;
    }
}
