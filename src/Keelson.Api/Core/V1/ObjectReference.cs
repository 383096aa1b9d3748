namespace Keelson.Api.Core.V1;

/// <summary>Points at an object, or a part of it, anywhere in the cluster.</summary>
[ApiType]
[Atomic]
public sealed partial record ObjectReference
{
    /// <summary>Kind of the object, such as Pod or PersistentVolumeClaim.</summary>
    [Field(1)] public string Kind { get; init; } = "";

    /// <summary>Namespace of the object; empty for cluster-wide ones.</summary>
    [Field(2)] public string Namespace { get; init; } = "";

    /// <summary>Name of the object that is referred to.</summary>
    [Field(3)] public string Name { get; init; } = "";

    /// <summary>UID of the object, to tell it from a later one with the same name.</summary>
    [Field(4)] public string Uid { get; init; } = "";

    /// <summary>API group and version of the object.</summary>
    [Field(5)] public string ApiVersion { get; init; } = "";

    /// <summary>Version of the object that is meant, if a particular one is.</summary>
    [Field(6)] public string ResourceVersion { get; init; } = "";

    /// <summary>Part of the object that is meant, such as spec.containers{name}; the whole object when empty.</summary>
    [Field(7)] public string FieldPath { get; init; } = "";
}
