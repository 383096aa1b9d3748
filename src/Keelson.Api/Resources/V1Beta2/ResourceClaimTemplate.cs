using Keelson.Api.Meta.V1;

namespace Keelson.Api.Resources.V1Beta2;

/// <summary>
/// Makes a ResourceClaim of its own for every pod that refers to it, for workloads in which each pod needs separate devices. The
/// claims are deleted along with their pods.
/// </summary>
[Resource("resource.k8s.io", "v1beta2", "resourceclaimtemplates", Scope.Namespaced)]
public sealed partial record ResourceClaimTemplate
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>The claims to make. Immutable.</summary>
    [Field(2, Emit = Emit.Always)] public ResourceClaimTemplateSpec Spec { get; init; } = ResourceClaimTemplateSpec.Empty;
}

/// <summary>Contents of a claim template.</summary>
[ApiType]
public sealed partial record ResourceClaimTemplateSpec
{
    /// <summary>Labels and annotations for the claims; other metadata is refused.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>Contents of the claims.</summary>
    [Field(2, Emit = Emit.Always)] public ResourceClaimSpec Spec { get; init; } = ResourceClaimSpec.Empty;
}
