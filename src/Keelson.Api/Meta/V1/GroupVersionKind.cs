namespace Keelson.Api.Meta.V1;

/// <summary>Names a kind fully.</summary>
[ApiType]
public sealed partial record GroupVersionKind
{
    /// <summary>Name of the API group; empty for the core group.</summary>
    [Field(1, Emit = Emit.Always)] public string Group { get; init; } = "";

    /// <summary>Version within the group, such as v1.</summary>
    [Field(2, Emit = Emit.Always)] public string Version { get; init; } = "";

    /// <summary>Kind of object in CamelCase, such as Deployment.</summary>
    [Field(3, Emit = Emit.Always)] public string Kind { get; init; } = "";
}
