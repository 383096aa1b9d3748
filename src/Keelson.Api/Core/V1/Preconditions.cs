namespace Keelson.Api.Core.V1;

/// <summary>What must hold for an operation to be carried out.</summary>
[ApiType]
public sealed partial record Preconditions
{
    /// <summary>UID that the object must have; not checked when unset.</summary>
    [Field(1)] public string? Uid { get; init; }
}
