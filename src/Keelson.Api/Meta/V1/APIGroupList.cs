namespace Keelson.Api.Meta.V1;

/// <summary>Answer of the /apis path: all API groups of the server.</summary>
[Kind("", "v1")]
public sealed partial record APIGroupList
{
    /// <summary>All named API groups; the core group has its own path.</summary>
    [Field(1, Emit = Emit.Always), Atomic] public ApiList<APIGroup> Groups { get; init; }
}
