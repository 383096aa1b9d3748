using Keelson.Api.Meta.V1;

namespace Keelson.Api.Core.V1;

/// <summary>Stores a pattern for pods by itself. No built-in controller acts on it; workload kinds carry their own template instead.</summary>
[Resource("", "v1", "podtemplates", Scope.Namespaced)]
public sealed partial record PodTemplate
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>Metadata and spec of the pods that could be made from it.</summary>
    [Field(2)] public PodTemplateSpec Template { get; init; } = PodTemplateSpec.Empty;
}
