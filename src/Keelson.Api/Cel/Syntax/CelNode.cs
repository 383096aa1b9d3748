using Keelson.Api.Cel.Checking;
using Keelson.Api.Cel.Library;

namespace Keelson.Api.Cel.Syntax;

/// <summary>A part of an expression. The checker notes its type in it; after that nothing changes.</summary>
internal abstract class CelNode(int position)
{
    /// <summary>How deep expressions may nest once macros are expanded.</summary>
    public const int MaximumDepth = 500;

    public int Position { get; } = position;

    public int Depth { get; protected init; }

    public CelType Type { get; set; } = CelType.Dyn;

    public abstract IEnumerable<CelNode> Children { get; }

    protected static int Above(params ReadOnlySpan<CelNode?> children)
    {
        var depth = 0;
        foreach (var child in children) depth = Math.Max(depth, child?.Depth ?? 0);
        return depth + 1;
    }
}

internal sealed class LiteralNode(int position, object value) : CelNode(position)
{
    public object Value { get; } = value;

    public override IEnumerable<CelNode> Children => [];
}

internal sealed class IdentifierNode(int position, string name) : CelNode(position)
{
    /// <summary>The name; the checker completes it where the container or a longer name is meant.</summary>
    public string Name { get; set; } = name;

    public override IEnumerable<CelNode> Children => [];
}

internal sealed class SelectNode : CelNode
{
    public SelectNode(int position, CelNode operand, string field, bool isTest = false, bool isOptional = false)
        : base(position)
    {
        Operand = operand;
        Field = field;
        IsTest = isTest;
        IsOptional = isOptional;
        Depth = Above(operand);
    }

    public CelNode Operand { get; }

    public string Field { get; }

    /// <summary>Only whether the field is there is asked for.</summary>
    public bool IsTest { get; }

    /// <summary>Written as ?.field: what is not there is an empty optional.</summary>
    public bool IsOptional { get; }

    /// <summary>The whole is the qualified name of a variable or type, which stands for the selection.</summary>
    public string? QualifiedName { get; set; }

    public override IEnumerable<CelNode> Children => [Operand];
}

internal sealed class CallNode : CelNode
{
    public CallNode(int position, string function, CelNode? target, params CelNode[] arguments)
        : base(position)
    {
        Function = function;
        Target = target;
        Arguments = arguments;
        Depth = Math.Max(Above(target), Above(arguments));
    }

    /// <summary>The name; the checker completes it where it is a qualified one.</summary>
    public string Function { get; set; }

    public CelNode? Target { get; set; }

    public CelNode[] Arguments { get; }

    /// <summary>What the checker found.</summary>
    public CelFunction? Resolved { get; set; }

    public override IEnumerable<CelNode> Children => Target is null ? Arguments : [Target, .. Arguments];
}

internal sealed class ListNode : CelNode
{
    public ListNode(int position, CelNode[] elements, bool[] optional)
        : base(position)
    {
        Elements = elements;
        Optional = optional;
        Depth = Above(elements);
    }

    public CelNode[] Elements { get; }

    /// <summary>Which elements are optionals that are left out when they are empty.</summary>
    public bool[] Optional { get; }

    public override IEnumerable<CelNode> Children => Elements;
}

/// <summary>A map, or an object of a named type.</summary>
internal sealed class MapNode : CelNode
{
    public MapNode(int position, string? typeName, CelNode[] keys, CelNode[] values, bool[] optional)
        : base(position)
    {
        TypeName = typeName;
        Keys = keys;
        Values = values;
        Optional = optional;
        Depth = Math.Max(Above(keys), Above(values));
    }

    /// <summary>The type of an object; null for a map. An object's keys are literals.</summary>
    public string? TypeName { get; }

    public CelNode[] Keys { get; }

    public CelNode[] Values { get; }

    public bool[] Optional { get; }

    public override IEnumerable<CelNode> Children => [.. Keys, .. Values];
}

/// <summary>What a comprehension makes of its range.</summary>
internal enum ComprehensionKind { All, Exists, ExistsOne, Map, Filter, TransformList, TransformMap, TransformMapEntry }

/// <summary>A macro that goes over a list or map.</summary>
internal sealed class ComprehensionNode : CelNode
{
    public ComprehensionNode(int position, ComprehensionKind kind, CelNode range, string first, string? second, CelNode? condition, CelNode? transform)
        : base(position)
    {
        Kind = kind;
        Range = range;
        First = first;
        Second = second;
        Condition = condition;
        Transform = transform;
        Depth = Above(range, condition, transform) + 2;
    }

    public ComprehensionKind Kind { get; }

    public CelNode Range { get; }

    public string First { get; }

    /// <summary>The second variable; null where there is one only.</summary>
    public string? Second { get; }

    public CelNode? Condition { get; }

    public CelNode? Transform { get; }

    public override IEnumerable<CelNode> Children =>
        new[] { Range, Condition, Transform }.OfType<CelNode>();
}

/// <summary>A variable for a part of an expression: cel.bind, optMap and optFlatMap.</summary>
internal sealed class BindNode : CelNode
{
    public BindNode(int position, string name, CelNode value, CelNode body)
        : base(position)
    {
        Name = name;
        Value = value;
        Body = body;
        Depth = Above(value, body) + 1;
    }

    public string Name { get; }

    public CelNode Value { get; }

    public CelNode Body { get; }

    public override IEnumerable<CelNode> Children => [Value, Body];
}
