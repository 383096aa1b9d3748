using Keelson.Api.Cel.Objects;

namespace Keelson.Api.Cel.Library;

/// <summary>Functions on lists.</summary>
internal static class ListFunctions
{
    /// <summary>How many elements lists.range makes.</summary>
    private const long MaximumRange = 1_000_000;

    private static readonly string[] Ordered = ["int", "uint", "double", "bool", "duration", "timestamp", "string", "bytes"];

    public static void Register(CelLibraryBuilder library) => library
        .Add("isSorted", IsSorted, [.. Ordered.Select(type => $"list({type}).() -> bool")])
        .Add("min", call => Extreme(call, "min", order => order < 0), [.. Ordered.Select(type => $"list({type}).() -> {type}")])
        .Add("max", call => Extreme(call, "max", order => order > 0), [.. Ordered.Select(type => $"list({type}).() -> {type}")])
        .Add("sum", Sum, [.. new[] { "int", "uint", "double", "duration" }.Select(type => $"list({type}).() -> {type}")])
        .Add("indexOf", call => Position(call, fromEnd: false), "list(A).(A) -> int")
        .Add("lastIndexOf", call => Position(call, fromEnd: true), "list(A).(A) -> int")
        .Add("sort", Sort, [.. Ordered.Select(type => $"list({type}).() -> list({type})")])
        .Add(Syntax.CelMacros.SortByKeys, SortByKeys, [.. Ordered.Select(type => $"list(A).(list({type})) -> list(A)")])
        .Add("distinct", Distinct, "list(A).() -> list(A)")
        .Add("reverse", call => call[0] is CelList list ? new CelArray([.. list.Elements().Reverse()]) : CelError.NoOverload, "list(A).() -> list(A)")
        .Add("slice", Slice, "list(A).(int, int) -> list(A)")
        .Add("flatten", Flatten, "list(list(A)).() -> list(A)", "list(dyn).(int) -> list(dyn)")
        .Add("lists.range", Range, "(int) -> list(int)");

    private static object IsSorted(CelCall call)
    {
        if (call[0] is not CelList list) return CelError.NoOverload;
        for (var i = 1; i < list.Count; i++)
        {
            if (CelEquality.Compare(list[i - 1], list[i]) is not { } order) return CelError.NoOverload;
            if (order > 0) return false;
        }

        return true;
    }

    private static object Extreme(CelCall call, string name, Func<int, bool> isBetter)
    {
        if (call[0] is not CelList list) return CelError.NoOverload;
        if (list.Count == 0) return new CelError($"{name} called on empty list");
        var best = list[0];
        for (var i = 1; i < list.Count; i++)
        {
            if (CelEquality.Compare(list[i], best) is not { } order) return CelError.NoOverload;
            if (isBetter(order)) best = list[i];
        }

        return best;
    }

    private static object Sum(CelCall call)
    {
        if (call[0] is not CelList list) return CelError.NoOverload;
        if (list.Count == 0) return 0L;
        var add = CelLibrary.Find("_+_")!;
        var sum = list[0];
        for (var i = 1; i < list.Count && sum is not CelError; i++) sum = add.Invoke(new CelCall([sum, list[i]], call.Run));
        return sum is long or ulong or double or Duration or CelError ? sum : CelError.NoOverload;
    }

    private static object Position(CelCall call, bool fromEnd)
    {
        if (call[0] is not CelList list) return CelError.NoOverload;
        for (var i = 0; i < list.Count; i++)
        {
            var at = fromEnd ? list.Count - 1 - i : i;
            if (CelEquality.AreEqual(list[at], call[1])) return (long)at;
        }

        return -1L;
    }

    private static object Sort(CelCall call)
    {
        if (call[0] is not CelList list) return CelError.NoOverload;
        var sorted = list.Elements().ToList();
        for (var i = 1; i < sorted.Count; i++)
        {
            if (CelEquality.Compare(sorted[0], sorted[i]) is null) return new CelError("list elements must have the same type");
        }

        return new CelArray([.. sorted.Order(Comparer<object>.Create((left, right) => CelEquality.Compare(left, right) ?? 0))]);
    }

    private static object SortByKeys(CelCall call)
    {
        if (call[0] is not CelList list || call[1] is not CelList keys || list.Count != keys.Count) return CelError.NoOverload;
        var order = new List<(object Key, object Element)>(list.Count);
        for (var i = 0; i < list.Count; i++)
        {
            if (i > 0 && (keys[i].GetType() != keys[0].GetType() || CelEquality.Compare(keys[0], keys[i]) is null)) return new CelError("list elements must have the same type");
            order.Add((keys[i], list[i]));
        }

        // Elements whose keys are the same stay in their order.
        return new CelArray([.. order.OrderBy(pair => pair.Key, Comparer<object>.Create((left, right) => CelEquality.Compare(left, right) ?? 0)).Select(pair => pair.Element)]);
    }

    private static object Distinct(CelCall call)
    {
        if (call[0] is not CelList list) return CelError.NoOverload;
        var kept = new List<object>();
        foreach (var element in list.Elements())
        {
            call.Run.Charge(kept.Count);
            if (!kept.Exists(known => CelEquality.AreEqual(known, element))) kept.Add(element);
        }

        return new CelArray(kept);
    }

    private static object Slice(CelCall call)
    {
        if (call[0] is not CelList list || call[1] is not long start || call[2] is not long end) return CelError.NoOverload;
        if (start < 0 || end < 0) return new CelError($"cannot slice({start}, {end}), negative indexes not supported");
        if (start > end) return new CelError($"cannot slice({start}, {end}), start index must be less than or equal to end index");
        if (end > list.Count) return new CelError($"cannot slice({start}, {end}), list is length {list.Count}");
        return new CelArray([.. list.Elements().Skip((int)start).Take((int)(end - start))]);
    }

    private static object Flatten(CelCall call)
    {
        if (call[0] is not CelList list || (call.Count > 1 && call[1] is not long)) return CelError.NoOverload;
        var depth = call.Count > 1 ? (long)call[1] : 1;
        if (depth < 0) return new CelError("level must be non-negative");
        var flat = new List<object>();
        Collect(list, Math.Min(depth, 100));
        return new CelArray(flat);

        void Collect(CelList from, long levels)
        {
            foreach (var element in from.Elements())
            {
                if (levels > 0 && element is CelList inner) Collect(inner, levels - 1);
                else flat.Add(element);
            }
        }
    }

    private static object Range(CelCall call)
    {
        if (call[0] is not long count) return CelError.NoOverload;
        if (count > MaximumRange) return new CelError($"lists.range makes at most {MaximumRange} elements");
        call.Run.Charge(Math.Max(count, 0));
        return new CelArray([.. Enumerable.Range(0, (int)Math.Max(count, 0)).Select(object (number) => (long)number)]);
    }
}
