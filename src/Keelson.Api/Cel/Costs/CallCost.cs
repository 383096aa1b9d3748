using Keelson.Api.Cel.Checking;
using Keelson.Api.Cel.Syntax;

namespace Keelson.Api.Cel.Costs;

/// <summary>The bounds of what a call costs, and of how large its result is.</summary>
internal sealed class CallCost(CostEstimator estimator)
{
    private const double Traversal = 0.1;
    private const double PatternLength = 0.25;

    private static readonly CostRange AddressBytes = new(4, 16);

    public CostRange Of(CallNode node)
    {
        var parts = node.Children.ToArray();
        var costs = Array.ConvertAll(parts, estimator.Cost);
        switch (node.Function)
        {
            case "_&&_" or "_||_":
                return new CostRange(costs[0].Least, (costs[0] + costs[1]).Most);
            case "_?_:_":
                estimator.Set(node, estimator.Value(parts[1]).Union(estimator.Value(parts[2])));
                return costs[0] + costs[1].Union(costs[2]);
        }

        var sum = CostRange.None;
        foreach (var cost in costs) sum += cost;
        var values = Array.ConvertAll(parts, estimator.Value);
        if (Result(node, values) is { } result) estimator.Set(node, result);
        return sum + Own(node, values);
    }

    /// <summary>What the call costs beside its arguments.</summary>
    private static CostRange Own(CallNode node, ValueEstimate[] values)
    {
        var size = values.Length > 0 ? values[0].Size : CostRange.None;
        var other = values.Length > 1 ? values[1].Size : CostRange.None;
        switch (node.Function)
        {
            case "check": return CostRange.Exactly(RunningCost.Check);
            case "contains": return size.Scaled(Traversal) * other.Scaled(Traversal);
            case "startsWith" or "endsWith": return other.Scaled(Traversal);
            case "matches" or "find" or "findAll": return (size + CostRange.One).Scaled(Traversal) * other.Scaled(PatternLength);
            case "@in": return node.Arguments[1].Type.Kind == CelKind.Map ? CostRange.One : other;
            case "_==_" or "_!=_" or "_<_" or "_<=_" or "_>_" or "_>=_":
                var most = Math.Min(size.Most, other.Most);
                return new CostRange(most > 0 ? 1UL : 0, most).Scaled(Traversal);
            case "_+_": return node.Type.Kind is CelKind.String or CelKind.Bytes or CelKind.Dyn ? (size + other).Scaled(Traversal) : CostRange.One;
            case "isSorted" or "sum" or "min" or "max" or "indexOf" or "lastIndexOf" or "sort" or "distinct" or "reverse" or "slice" or "flatten" or Syntax.CelMacros.SortByKeys:
                return Traverse(node, values[0]);
            case "url" or "isURL" or "lowerAscii" or "upperAscii" or "substring" or "trim" or "quantity" or "isQuantity" or "semver" or "isSemver" or "cidr" or "isIP" or "isCIDR" or "ip" or "validate":
                return size.Scaled(Traversal);
            case "string" or "bytes" or "strings.quote" or "format": return size.Scaled(Traversal).Union(CostRange.One);
            case "replace" or "split" or "ip.isCanonical": return size.Scaled(2 * Traversal);
            case "join": return Joined(values).Scaled(Traversal);
            case "containsIP": return (AddressBytes + AddressBytes).Scaled(Traversal) + (node.Arguments[0].Type.Kind == CelKind.String ? other.Scaled(Traversal) : CostRange.None);
            case "containsCIDR": return (AddressBytes + AddressBytes).Scaled(Traversal) + AddressBytes.Scaled(Traversal) + CostRange.One + (node.Arguments[0].Type.Kind == CelKind.String ? other.Scaled(Traversal) : CostRange.None);
            case "sets.contains" or "sets.intersects": return CostRange.One + (size * other);
            case "sets.equivalent": return CostRange.One + (size * other * CostRange.Exactly(2));
            default: return CostRange.One;
        }
    }

    private static CostRange Traverse(CallNode node, ValueEstimate value)
    {
        if (node.Target?.Type.Kind != CelKind.List) return value.Size.Scaled(Traversal);
        var element = CostRange.One;
        if (node.Target.Type.Parameters[0].Kind is CelKind.String or CelKind.Bytes) element += (value.Inner?.Size ?? CostRange.Unknown).Scaled(Traversal);
        return value.Size * element;
    }

    private static CostRange Joined(ValueEstimate[] values)
    {
        var elements = values[0].Size * (values[0].Inner?.Size ?? CostRange.Unknown);
        return values.Length > 1 ? elements + (values[1].Size * values[0].Size) : elements;
    }

    /// <summary>What is known of the result; null for a value of one, or of which nothing is known.</summary>
    private static ValueEstimate? Result(CallNode node, ValueEstimate[] values)
    {
        switch (node.Function)
        {
            case "_[_]" or "_[?_]" or "first" or "last": return values[0].Inner ?? (node.Type.Kind == CelKind.Dyn ? ValueEstimate.Of(DeclaredType.Dyn) : null);
            case "value" or "dyn" or "optional.of" or "or" or "sort" or Syntax.CelMacros.SortByKeys or "distinct" or "reverse" or "slice": return values[0];
            case "orValue": return values[0].Union(values[1]);
            case "_+_" when node.Type.Kind is CelKind.String or CelKind.Bytes or CelKind.List or CelKind.Dyn:
                return values[0].Union(values[1]) with { Size = values[0].Size + values[1].Size };
            case "lowerAscii" or "upperAscii": return ValueEstimate.Sized(values[0].Size);
            case "substring" or "trim" or "find": return ValueEstimate.Sized(values[0].Size with { Least = 0 });
            case "charAt": return ValueEstimate.Sized(new CostRange(0, 1));
            case "split" or "findAll": return new ValueEstimate(values[0].Size with { Least = 0 }, null, ValueEstimate.Sized(values[0].Size with { Least = 0 }));
            case "join": return ValueEstimate.Sized(Joined(values));
            case "replace": return ValueEstimate.Sized(Replaced(values));
            case "bytes": return ValueEstimate.Sized(values[0].Size * new CostRange(1, 4));
            case "strings.quote": return ValueEstimate.Sized((values[0].Size * new CostRange(1, 2)) + CostRange.Exactly(2));
            case "string" when node.Arguments[0].Type.Kind is CelKind.Int or CelKind.Uint or CelKind.Double or CelKind.Bool or CelKind.Timestamp or CelKind.Duration:
                return ValueEstimate.Sized(CostRange.UpTo(64));
            case "string": return ValueEstimate.Sized(values[0].Size with { Least = 0 });
            case "format" when values.Length > 1: return ValueEstimate.Sized(values[0].Size + (values[1].Size * (values[1].Inner?.Size ?? CostRange.Unknown)) + (values[1].Size * CostRange.UpTo(64)));
            case "getHost" or "getHostname" or "getScheme" or "getPort" or "getEscapedPath": return ValueEstimate.Sized(values[0].Size with { Least = 0 });
            case "url" or "ip" or "cidr" or "quantity" or "semver": return ValueEstimate.Sized(values.Length > 0 ? values[0].Size : CostRange.One);
            default: return null;
        }
    }

    private static CostRange Replaced(ValueEstimate[] values)
    {
        var (text, old, by) = (values[0].Size, values[1].Size, values[2].Size);
        if (old.Least == 0) return new CostRange(0, CostRange.Sum(CostRange.Product(CostRange.Sum(text.Most, 1), by.Most), text.Most));
        if (by.Most <= old.Least) return text with { Least = 0 };
        return new CostRange(0, CostRange.Product((text.Most / old.Least) + 1, by.Most));
    }
}
