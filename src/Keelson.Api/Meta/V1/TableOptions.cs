namespace Keelson.Api.Meta.V1;

/// <summary>Options of a request that asks for a table.</summary>
[Kind("meta.k8s.io", "v1")]
public sealed partial record TableOptions
{
    /// <summary>What each row carries besides its cells: Metadata (default), Object (all of it) or None.</summary>
    [Field(1), KnownValues(typeof(IncludeObjectPolicy))] public string IncludeObject { get; init; } = "";
}

/// <summary>The values of IncludeObjectPolicy that are known.</summary>
public static class IncludeObjectPolicy
{
    public const string Metadata = "Metadata";
    public const string None = "None";
    public const string Object = "Object";
}
