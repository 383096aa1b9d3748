namespace Keelson.Api.Core.V1;

/// <summary>Picks topology domains in which volumes may be provisioned.</summary>
[ApiType]
[Atomic]
public sealed partial record TopologySelectorTerm
{
    /// <summary>Requirements on topology labels that must all be met.</summary>
    [Field(1), Atomic] public ApiList<TopologySelectorLabelRequirement> MatchLabelExpressions { get; init; }
}

/// <summary>Demands that a topology label has one of several values.</summary>
[ApiType]
public sealed partial record TopologySelectorLabelRequirement
{
    /// <summary>Key of the label to look at.</summary>
    [Field(1, Emit = Emit.Always)] public string Key { get; init; } = "";

    /// <summary>Values that are acceptable; the label must have one of them.</summary>
    [Field(2, Emit = Emit.Always), Atomic] public ApiList<string> Values { get; init; }
}
