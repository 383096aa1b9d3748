using Keelson.Api.Meta.V1;

namespace Keelson.Api.Networking.V1;

/// <summary>
/// Ties Ingresses to a controller, for clusters with more than one. Cluster administrators create it, and an annotation can make
/// it the default for Ingresses that name no class.
/// </summary>
[Resource("networking.k8s.io", "v1", "ingressclasses", Scope.Cluster)]
public sealed partial record IngressClass
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>The controller and its parameters.</summary>
    [Field(2)] public IngressClassSpec Spec { get; init; } = IngressClassSpec.Empty;
}

/// <summary>Contents of an IngressClass.</summary>
[ApiType]
public sealed partial record IngressClassSpec
{
    /// <summary>Controller in charge of the class, as a domain-prefixed path up to 250 characters. Immutable.</summary>
    [Field(1)] public string Controller { get; init; } = "";

    /// <summary>Further settings for the controller, if it needs any.</summary>
    [Field(2)] public IngressClassParametersReference? Parameters { get; init; }
}

/// <summary>Refers to an object with settings for the controller.</summary>
[ApiType]
public sealed partial record IngressClassParametersReference
{
    /// <summary>API group of the object. Unset means the core group.</summary>
    [Field(1)] public string? ApiGroup { get; init; }

    /// <summary>Kind of the object.</summary>
    [Field(2, Emit = Emit.Always)] public string Kind { get; init; } = "";

    /// <summary>Name of the object.</summary>
    [Field(3, Emit = Emit.Always)] public string Name { get; init; } = "";

    /// <summary>Cluster (default) or Namespace, whichever the object is.</summary>
    [Field(4, Emit = Emit.Always), Optional] public string? Scope { get; init; }

    /// <summary>Namespace of the object; required with scope Namespace, forbidden otherwise.</summary>
    [Field(5)] public string? Namespace { get; init; }
}
