using Keelson.Api.Meta.V1;

namespace Keelson.Api.Core.V1;

/// <summary>Pattern from which controllers create pods.</summary>
[ApiType]
public sealed partial record PodTemplateSpec
{
    /// <summary>Labels, annotations and finalizers for the pods to be created.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>Spec for the pods to be created.</summary>
    [Field(2)] public PodSpec Spec { get; init; } = PodSpec.Empty;
}
