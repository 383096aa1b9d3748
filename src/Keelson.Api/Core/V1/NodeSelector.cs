namespace Keelson.Api.Core.V1;

/// <summary>Picks nodes that match at least one of its terms.</summary>
[ApiType]
[Atomic]
public sealed partial record NodeSelector
{
    /// <summary>Alternatives, joined by OR; at least one is required.</summary>
    [Field(1, Emit = Emit.Always), Atomic] public ApiList<NodeSelectorTerm> NodeSelectorTerms { get; init; }
}
