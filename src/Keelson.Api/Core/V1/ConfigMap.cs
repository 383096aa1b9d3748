using Keelson.Api.Meta.V1;

namespace Keelson.Api.Core.V1;

/// <summary>
/// Keeps configuration that is not secret apart from the image that uses it. Pods read it as environment variables, command
/// arguments or files; mounted files follow changes after a short while, variables only on restart. Its data may not exceed 1
/// MiB.
/// </summary>
[Resource("", "v1", "configmaps", Scope.Namespaced, ShortNames = ["cm"])]
public sealed partial record ConfigMap
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>When true, the contents can no longer change and the setting cannot be undone; deleting and recreating is the only way out.</summary>
    [Field(4)] public bool? Immutable { get; init; }

    /// <summary>Values in UTF-8, by key; keys use letters, digits, dashes, underscores and dots, and must not repeat in binaryData.</summary>
    [Field(2)] public ApiMap<string> Data { get; init; }

    /// <summary>Values of arbitrary bytes, by key, written in base64 in JSON; keys must not repeat in data.</summary>
    [Field(3)] public ApiMap<Bytes> BinaryData { get; init; }
}
