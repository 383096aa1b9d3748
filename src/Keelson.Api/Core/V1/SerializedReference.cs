namespace Keelson.Api.Core.V1;

/// <summary>
/// Wraps an object reference so that it can be kept as text, for instance in an annotation. It has no endpoint and only old
/// components write it.
/// </summary>
[Kind("", "v1")]
public sealed partial record SerializedReference
{
    /// <summary>The object reference that is being carried.</summary>
    [Field(1)] public ObjectReference Reference { get; init; } = ObjectReference.Empty;
}
