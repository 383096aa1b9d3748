using Keelson.Api.Cel.Library;
using Keelson.Api.Cel.Objects;

namespace Keelson.Api.Cel.Costs;

/// <summary>What one round of a macro's loop costs beside the parts that were written.</summary>
internal static class LoopCost
{
    public const int All = 3;
    public const int Exists = 4;
    public const int Counted = 2;
    public const int Passed = 1;
    public const int Appended = 12;
    public const int Inserted = 2;
}

/// <summary>What calls cost when they are made, in upstream's units.</summary>
internal static class RunningCost
{
    public const int List = 10;
    public const int Map = 30;
    public const int Object = 40;

    /// <summary>An authorization check is so dear that an expression can make two.</summary>
    public const int Check = 350_000;

    private const double Traversal = 0.1;
    private const double PatternLength = 0.25;

    public static long Of(string function, object[] arguments) => function switch
    {
        "check" => Check,
        "contains" => Ceiling(Size(arguments[0]) * Traversal) * Ceiling(Size(arguments[1]) * Traversal),
        "startsWith" or "endsWith" => Ceiling(Size(arguments[1]) * Traversal),
        "matches" or "find" or "findAll" => Ceiling((1 + Size(arguments[0])) * Traversal) * Ceiling(Size(arguments[1]) * PatternLength),
        "@in" => arguments[1] is CelList list ? list.Count : 1,
        "_==_" or "_!=_" or "_<_" or "_<=_" or "_>_" or "_>=_" => Ceiling(Math.Min(Size(arguments[0]), Size(arguments[1])) * Traversal),
        "_+_" => arguments[0] is string or byte[] ? Ceiling((Size(arguments[0]) + Size(arguments[1])) * Traversal) : 1,
        "isSorted" or "sum" or "min" or "max" or "indexOf" or "lastIndexOf" => Traverse(arguments[0]),
        "sort" or "distinct" or "reverse" or "slice" or "flatten" or "first" or "last" or Syntax.CelMacros.SortByKeys => Traverse(arguments[0]),
        "url" or "isURL" or "lowerAscii" or "upperAscii" or "substring" or "trim" or "quantity" or "isQuantity" or "semver" or "isSemver" or "cidr" or "isIP" or "isCIDR" or "ip" or "validate"
            or "string" or "bytes" or "strings.quote" or "format" => Math.Max(1, Ceiling(Size(arguments[0]) * Traversal)),
        "replace" or "split" or "ip.isCanonical" => Ceiling(Size(arguments[0]) * 2 * Traversal),
        "join" => 0,
        "sets.contains" or "sets.intersects" => 1 + (Size(arguments[0]) * Size(arguments[1])),
        "sets.equivalent" => 1 + (2 * Size(arguments[0]) * Size(arguments[1])),
        _ => 1,
    };

    /// <summary>What a call costs for the size of what it made, where that is not told by its arguments.</summary>
    public static long OfResult(string function, object result) => function switch
    {
        "join" => Ceiling(Size(result) * 2 * Traversal),
        "flatten" => Size(result),
        _ => 0,
    };

    private static long Ceiling(double cost) => cost >= long.MaxValue ? long.MaxValue : (long)Math.Ceiling(cost);

    private static long Size(object value) => value switch
    {
        string text => Operators.RuneCount(text),
        byte[] bytes => bytes.Length,
        CelList list => list.Count,
        CelMap map => map.Count,
        CelAddress address => address.Address.Length / 8,
        CelAddressRange range => (range.Length + 7) / 8,
        CelOptional { Value: { } inner } => Size(inner),
        _ => 1,
    };

    /// <summary>Going over a list costs one for each element, and for long strings in it more.</summary>
    private static long Traverse(object value)
    {
        if (value is not CelList list) return Ceiling(Size(value) * Traversal);
        long cost = 0;
        foreach (var element in list.Elements()) cost += 1 + (element is string or byte[] ? Ceiling(Size(element) * Traversal) : 0);
        return cost;
    }
}
