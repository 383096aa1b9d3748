namespace Keelson.Api.Meta.V1;

/// <summary>Answer of the / path: the paths that the server offers.</summary>
[ApiType]
public sealed partial record RootPaths
{
    /// <summary>URL paths that the caller can try on the server.</summary>
    [Field(1, Emit = Emit.Always), Atomic] public ApiList<string> Paths { get; init; }
}
