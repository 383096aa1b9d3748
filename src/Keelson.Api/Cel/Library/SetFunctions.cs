using Keelson.Api.Cel.Objects;

namespace Keelson.Api.Cel.Library;

/// <summary>Lists compared as sets.</summary>
internal static class SetFunctions
{
    public static void Register(CelLibraryBuilder library) => library
        .Add("sets.contains", call => Compare(call, (left, right) => HasAll(left, right)), "(list(A), list(A)) -> bool")
        .Add("sets.equivalent", call => Compare(call, (left, right) => HasAll(left, right) && HasAll(right, left)), "(list(A), list(A)) -> bool")
        .Add("sets.intersects", call => Compare(call, (left, right) => right.Elements().Any(element => Has(left, element))), "(list(A), list(A)) -> bool");

    private static object Compare(CelCall call, Func<CelList, CelList, bool> holds) =>
        call[0] is CelList left && call[1] is CelList right ? holds(left, right) : CelError.NoOverload;

    private static bool HasAll(CelList list, CelList of) => of.Elements().All(element => Has(list, element));

    private static bool Has(CelList list, object value) => list.Elements().Any(element => CelEquality.AreEqual(element, value));
}
