namespace Keelson.Api.Autoscaling.V1;

/// <summary>Refers to an object by kind and name, without fixing its UID.</summary>
[ApiType]
[Atomic]
public sealed partial record CrossVersionObjectReference
{
    /// <summary>Kind of the object.</summary>
    [Field(1, Emit = Emit.Always)] public string Kind { get; init; } = "";

    /// <summary>Name of the object.</summary>
    [Field(2, Emit = Emit.Always)] public string Name { get; init; } = "";

    /// <summary>API group and version of the object.</summary>
    [Field(3)] public string ApiVersion { get; init; } = "";
}
