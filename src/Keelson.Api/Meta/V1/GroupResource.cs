namespace Keelson.Api.Meta.V1;

/// <summary>Names a resource without its version.</summary>
[ApiType]
public sealed partial record GroupResource
{
    /// <summary>Name of the API group; empty for the core group.</summary>
    [Field(1, Emit = Emit.Always)] public string Group { get; init; } = "";

    /// <summary>Plural lower-case name of the resource, such as deployments.</summary>
    [Field(2, Emit = Emit.Always)] public string Resource { get; init; } = "";
}
