using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;

namespace Keelson.Api.Discovery.V1;

/// <summary>
/// Lists addresses and ports of some of the backends of a Service; together the slices of a Service, tied to it by the label
/// kubernetes.io/service-name, list all. A controller keeps them current for Services with a selector, and proxies route by
/// them; for others, users may write them.
/// </summary>
[Resource("discovery.k8s.io", "v1", "endpointslices", Scope.Namespaced)]
public sealed partial record EndpointSlice
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>Kind of all addresses in the slice: IPv4, IPv6 or FQDN, the last being deprecated. Immutable.</summary>
    [Field(4, Emit = Emit.Always), Immutable] public string AddressType { get; init; } = "";

    /// <summary>The backends. At most 1000.</summary>
    [Field(2, Emit = Emit.Always), Optional, Atomic] public ApiList<Endpoint> Endpoints { get; init; }

    /// <summary>Ports the backends listen on. At most 100; empty means no defined port.</summary>
    [Field(3, Emit = Emit.Always), Optional, Atomic] public ApiList<EndpointPort> Ports { get; init; }
}

/// <summary>One backend of a Service, usually one pod.</summary>
[ApiType]
public sealed partial record Endpoint
{
    /// <summary>Addresses of the backend, 1 to 100; consumers may use the first alone, since all must lead to the same place.</summary>
    [Field(1, Emit = Emit.Always), ListSet, MaxItems(100)] public ApiList<string> Addresses { get; init; }

    /// <summary>Whether the backend should get traffic.</summary>
    [Field(2)] public EndpointConditions Conditions { get; init; } = EndpointConditions.Empty;

    /// <summary>DNS label giving the backend a name of its own below the Service, as StatefulSet pods have.</summary>
    [Field(3)] public string? Hostname { get; init; }

    /// <summary>Object behind the endpoint, normally a Pod.</summary>
    [Field(4)] public ObjectReference? TargetRef { get; init; }

    /// <summary>Topology labels carried over from the beta version; read-only and no longer filled, use nodeName and zone.</summary>
    [Field(5)] public ApiMap<string> DeprecatedTopology { get; init; }

    /// <summary>Node the backend runs on; used for node-local traffic.</summary>
    [Field(6)] public string? NodeName { get; init; }

    /// <summary>Zone the backend runs in.</summary>
    [Field(7)] public string? Zone { get; init; }

    /// <summary>Advice on which clients should use the backend.</summary>
    [Field(8)] public EndpointHints? Hints { get; init; }
}

/// <summary>Whether a backend can take traffic.</summary>
[ApiType]
public sealed partial record EndpointConditions
{
    /// <summary>
    /// Whether new traffic should go here; false while terminating, unless the Service publishes unready addresses. Unset counts as
    /// true.
    /// </summary>
    [Field(1)] public bool? Ready { get; init; }

    /// <summary>Whether the backend is able to answer, even while terminating. Unset counts as ready.</summary>
    [Field(2)] public bool? Serving { get; init; }

    /// <summary>Whether the backend is shutting down. Unset counts as false.</summary>
    [Field(3)] public bool? Terminating { get; init; }
}

/// <summary>Advice to proxies on who should use an endpoint.</summary>
[ApiType]
public sealed partial record EndpointHints
{
    /// <summary>Zones whose clients should use the endpoint. At most 8.</summary>
    [Field(1), Atomic] public ApiList<ForZone> ForZones { get; init; }

    /// <summary>Nodes whose clients should use the endpoint. At most 8.</summary>
    [Field(2), Atomic] public ApiList<ForNode> ForNodes { get; init; }
}

/// <summary>A node for which an endpoint is meant.</summary>
[ApiType]
public sealed partial record ForNode
{
    /// <summary>Name of the node.</summary>
    [Field(1, Emit = Emit.Always)] public string Name { get; init; } = "";
}

/// <summary>A zone for which an endpoint is meant.</summary>
[ApiType]
public sealed partial record ForZone
{
    /// <summary>Name of the zone.</summary>
    [Field(1, Emit = Emit.Always)] public string Name { get; init; } = "";
}

/// <summary>A port on which every endpoint of the slice listens.</summary>
[ApiType]
[Atomic]
public sealed partial record EndpointPort
{
    /// <summary>Name of the port, unique within the slice; equals that of the Service port. Defaults to empty.</summary>
    [Field(1)] public string? Name { get; init; }

    /// <summary>TCP (default), UDP or SCTP.</summary>
    [Field(2), KnownValues(typeof(Protocol))] public string? Protocol { get; init; }

    /// <summary>Number of the port. Unset means no restriction, to be interpreted by the consumer.</summary>
    [Field(3)] public int? Port { get; init; }

    /// <summary>Application protocol as a hint, such as http, kubernetes.io/h2c or a domain-prefixed name.</summary>
    [Field(4)] public string? AppProtocol { get; init; }
}
