namespace Keelson.Api.Core.V1;

/// <summary>Names an object in the same namespace.</summary>
[ApiType]
[Atomic]
public sealed partial record LocalObjectReference
{
    /// <summary>Name of the object; empty is tolerated for compatibility but refers to nothing.</summary>
    [Field(1), Default("\"\"")] public string Name { get; init; } = "";
}
