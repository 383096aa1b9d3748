using Keelson.Api.Cel.Checking;
using Keelson.Api.Cel.Library;
using Keelson.Api.Cel.Syntax;

namespace Keelson.Api.Cel.Costs;

/// <summary>What is known of a part's value before there is one: how large it is, what is declared of it, what its elements are.</summary>
internal sealed record ValueEstimate(CostRange Size, DeclaredType? Declared, ValueEstimate? Element)
{
    public static readonly ValueEstimate Scalar = new(CostRange.One, null, null);

    public static ValueEstimate Of(DeclaredType declared) => new(
        declared.Type.Kind is CelKind.String or CelKind.Bytes or CelKind.List or CelKind.Map or CelKind.Dyn ? CostRange.UpTo(declared.MaximumSize) : CostRange.One,
        declared, null);

    public static ValueEstimate Sized(CostRange size) => new(size, null, null);

    /// <summary>What is known of an element of a list or a value of a map.</summary>
    public ValueEstimate? Inner => Element ?? (Declared?.Element is { } declared ? Of(declared) : null);

    public ValueEstimate Union(ValueEstimate other) => new(
        Size.Union(other.Size), ReferenceEquals(Declared, other.Declared) ? Declared : null, Inner is { } mine && other.Inner is { } theirs && !ReferenceEquals(Declared, other.Declared) ? mine.Union(theirs) : null);
}

/// <summary>Computes the bounds of what a checked expression costs, with upstream's rules.</summary>
internal sealed class CostEstimator(CelEnvironment environment)
{
    private readonly Dictionary<CelNode, ValueEstimate> _values = new(ReferenceEqualityComparer.Instance);
    private readonly Stack<(string Name, ValueEstimate Value)> _locals = new();

    public CostRange Cost(CelNode node) => node switch
    {
        LiteralNode literal => Literal(literal),
        IdentifierNode identifier => Identifier(identifier, identifier.Name),
        SelectNode select => Select(select),
        CallNode call => new CallCost(this).Of(call),
        ListNode list => List(list),
        MapNode map => Map(map),
        ComprehensionNode comprehension => Comprehension(comprehension),
        BindNode bind => Bind(bind),
        _ => CostRange.One,
    };

    public ValueEstimate Value(CelNode node)
    {
        if (_values.TryGetValue(node, out var known)) return known;
        return node.Type.Kind is CelKind.String or CelKind.Bytes or CelKind.List or CelKind.Map or CelKind.Dyn ? ValueEstimate.Sized(CostRange.Unknown) : ValueEstimate.Scalar;
    }

    public void Set(CelNode node, ValueEstimate value) => _values[node] = value;

    private CostRange Literal(LiteralNode node)
    {
        if (node.Value is string text) Set(node, ValueEstimate.Sized(CostRange.Exactly((ulong)Operators.RuneCount(text))));
        else if (node.Value is byte[] bytes) Set(node, ValueEstimate.Sized(CostRange.Exactly((ulong)bytes.Length)));
        return CostRange.None;
    }

    private CostRange Identifier(CelNode node, string name)
    {
        foreach (var (local, value) in _locals)
        {
            if (local != name) continue;
            Set(node, value);
            return CostRange.One;
        }

        if (environment.FindVariable(name.TrimStart('.')) is { } declared) Set(node, ValueEstimate.Of(declared));
        return CostRange.One;
    }

    private CostRange Select(SelectNode node)
    {
        if (node.QualifiedName is { } name) return Identifier(node, name);
        var cost = Cost(node.Operand);
        if (node.IsTest) return cost;
        var operand = Value(node.Operand);
        if (operand.Declared is { } declared && declared.Type.Kind == CelKind.Object)
        {
            if (declared.Fields.TryGetValue(node.Field, out var field)) Set(node, ValueEstimate.Of(field));
        }
        else if (operand.Inner is { } inner)
        {
            Set(node, inner);
        }
        else if (node.Type.Kind == CelKind.Dyn)
        {
            // Something of which nothing is declared is no larger than the request that it is in.
            Set(node, ValueEstimate.Of(DeclaredType.Dyn));
        }

        return cost + CostRange.One;
    }

    private CostRange List(ListNode node)
    {
        var cost = CostRange.Exactly(RunningCost.List);
        ValueEstimate? element = null;
        foreach (var child in node.Elements)
        {
            cost += Cost(child);
            element = element is null ? Value(child) : element.Union(Value(child));
        }

        Set(node, new ValueEstimate(CostRange.Exactly((ulong)node.Elements.Length), null, element));
        return cost;
    }

    private CostRange Map(MapNode node)
    {
        var cost = CostRange.Exactly(node.TypeName is null ? (ulong)RunningCost.Map : RunningCost.Object);
        ValueEstimate? element = null;
        for (var i = 0; i < node.Keys.Length; i++)
        {
            cost += Cost(node.Keys[i]) + Cost(node.Values[i]);
            element = element is null ? Value(node.Values[i]) : element.Union(Value(node.Values[i]));
        }

        Set(node, new ValueEstimate(CostRange.Exactly((ulong)node.Keys.Length), null, element));
        return cost;
    }

    private CostRange Comprehension(ComprehensionNode node)
    {
        var cost = Cost(node.Range) + CostRange.Exactly(node.Kind == ComprehensionKind.ExistsOne ? 2UL : 1UL);
        var range = Value(node.Range);
        var element = range.Inner ?? ValueEstimate.Sized(range.Size);
        var isMap = node.Range.Type.Kind == CelKind.Map;
        var key = range.Declared?.Key is { } declared ? ValueEstimate.Of(declared) : ValueEstimate.Scalar;
        var scope = _locals.Count;
        _locals.Push((node.First, node.Second is null ? isMap ? key : element : isMap ? key : ValueEstimate.Scalar));
        if (node.Second is not null) _locals.Push((node.Second, element));
        var condition = node.Condition is null ? CostRange.None : Cost(node.Condition);
        var transform = node.Transform is null ? CostRange.None : Cost(node.Transform);
        var made = node.Transform is null ? node.Second is null && !isMap ? element : key : Value(node.Transform);
        while (_locals.Count > scope) _locals.Pop();
        var round = node.Kind switch
        {
            ComprehensionKind.All => new CostRange(LoopCost.All, CostRange.Sum(condition.Most, LoopCost.All)),
            ComprehensionKind.Exists => new CostRange(LoopCost.Exists, CostRange.Sum(condition.Most, LoopCost.Exists)),
            ComprehensionKind.ExistsOne => condition + new CostRange(LoopCost.Passed, LoopCost.Counted),
            ComprehensionKind.TransformMap or ComprehensionKind.TransformMapEntry => condition + transform + CostRange.Exactly(LoopCost.Inserted),
            _ when node.Condition is null => transform + CostRange.Exactly(LoopCost.Appended),
            _ => condition + CostRange.Exactly(LoopCost.Passed).Union(transform + CostRange.Exactly(LoopCost.Appended + 1)),
        };
        if (node.Type.Kind is CelKind.List or CelKind.Map) Set(node, new ValueEstimate(node.Condition is null ? range.Size : range.Size with { Least = 0 }, null, made));
        return cost + (range.Size * round);
    }

    private CostRange Bind(BindNode node)
    {
        var cost = CostRange.Exactly(RunningCost.List) + Cost(node.Value);
        _locals.Push((node.Name, Value(node.Value)));
        cost += Cost(node.Body);
        Set(node, Value(node.Body));
        _locals.Pop();
        return cost;
    }
}
