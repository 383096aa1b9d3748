namespace Keelson.Api.Meta.V1;

/// <summary>Selects objects by labels; all requirements must hold. Empty matches everything, unset nothing.</summary>
[ApiType]
[Atomic]
public sealed partial record LabelSelector
{
    /// <summary>Labels that must be present with exactly these values.</summary>
    [Field(1)] public ApiMap<string> MatchLabels { get; init; }

    /// <summary>Requirements with operators, for more than plain equality.</summary>
    [Field(2), Atomic] public ApiList<LabelSelectorRequirement> MatchExpressions { get; init; }
}

/// <summary>Compares one label with given values.</summary>
[ApiType]
public sealed partial record LabelSelectorRequirement
{
    /// <summary>Key of the label to look at.</summary>
    [Field(1, Emit = Emit.Always)] public string Key { get; init; } = "";

    /// <summary>How to compare: In, NotIn, Exists or DoesNotExist.</summary>
    [Field(2, Emit = Emit.Always), KnownValues(typeof(LabelSelectorOperator))] public string Operator { get; init; } = "";

    /// <summary>Values to compare with: one or more for In and NotIn, none for the others.</summary>
    [Field(3), Atomic] public ApiList<string> Values { get; init; }
}

/// <summary>The values of LabelSelectorOperator that are known.</summary>
public static class LabelSelectorOperator
{
    public const string DoesNotExist = "DoesNotExist";
    public const string Exists = "Exists";
    public const string In = "In";
    public const string NotIn = "NotIn";
}
