using Keelson.Api.Meta.V1;

namespace Keelson.Api.Networking.V1;

/// <summary>
/// Records one IP address in use on the Service network, under the address as its name. The API server creates and deletes these
/// along with Services; users read them to find out who holds an address.
/// </summary>
[Resource("networking.k8s.io", "v1", "ipaddresses", Scope.Cluster, ShortNames = ["ip"])]
public sealed partial record IPAddress
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>Who uses the address.</summary>
    [Field(2), Required] public IPAddressSpec Spec { get; init; } = IPAddressSpec.Empty;
}

/// <summary>Contents of an address record.</summary>
[ApiType]
public sealed partial record IPAddressSpec
{
    /// <summary>Object using the address, such as a Service. Required and immutable.</summary>
    [Field(1), Required, Immutable] public ParentReference? ParentRef { get; init; }
}

/// <summary>Refers to the object that uses an address.</summary>
[ApiType]
public sealed partial record ParentReference
{
    /// <summary>API group of the object. Empty is the core group.</summary>
    [Field(1)] public string Group { get; init; } = "";

    /// <summary>Plural resource name of the object, such as services.</summary>
    [Field(2), Required] public string Resource { get; init; } = "";

    /// <summary>Namespace of the object; empty if it is cluster-scoped.</summary>
    [Field(3)] public string Namespace { get; init; } = "";

    /// <summary>Name of the object.</summary>
    [Field(4), Required] public string Name { get; init; } = "";
}
