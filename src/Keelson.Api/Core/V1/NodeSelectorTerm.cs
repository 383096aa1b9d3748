namespace Keelson.Api.Core.V1;

/// <summary>Requirements that a node must all meet; an empty term matches no node.</summary>
[ApiType]
[Atomic]
public sealed partial record NodeSelectorTerm
{
    /// <summary>Requirements on the labels of the node.</summary>
    [Field(1), Atomic] public ApiList<NodeSelectorRequirement> MatchExpressions { get; init; }

    /// <summary>Requirements on fields of the node; only metadata.name is supported.</summary>
    [Field(2), Atomic] public ApiList<NodeSelectorRequirement> MatchFields { get; init; }
}

/// <summary>Compares one label or field of a node with given values.</summary>
[ApiType]
public sealed partial record NodeSelectorRequirement
{
    /// <summary>Name of the label, or path of the field, to look at.</summary>
    [Field(1, Emit = Emit.Always)] public string Key { get; init; } = "";

    /// <summary>In, NotIn, Exists, DoesNotExist, Gt or Lt; the last two compare integers.</summary>
    [Field(2, Emit = Emit.Always), KnownValues(typeof(NodeSelectorOperator))] public string Operator { get; init; } = "";

    /// <summary>Values to compare with: one or more for In and NotIn, none for Exists and DoesNotExist, one integer for Gt and Lt.</summary>
    [Field(3), Atomic] public ApiList<string> Values { get; init; }
}

/// <summary>The values of NodeSelectorOperator that are known.</summary>
[Closed]
public static class NodeSelectorOperator
{
    public const string DoesNotExist = "DoesNotExist";
    public const string Exists = "Exists";
    public const string Gt = "Gt";
    public const string In = "In";
    public const string Lt = "Lt";
    public const string NotIn = "NotIn";
}
