using Keelson.Api.Meta.V1;

namespace Keelson.Api.Core.V1;

/// <summary>
/// Lists the addresses and ports behind a service of the same name, in one object. It is deprecated and truncated at 1000
/// addresses; use EndpointSlice, which splits them over several objects.
/// </summary>
[Resource("", "v1", "endpoints", Scope.Namespaced, ShortNames = ["ep"])]
public sealed partial record Endpoints
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>All endpoints of the service, grouped by the ports they share.</summary>
    [Field(2), Atomic] public ApiList<EndpointSubset> Subsets { get; init; }
}

/// <summary>Addresses that share the same ports; every address combined with every port is one endpoint.</summary>
[ApiType]
public sealed partial record EndpointSubset
{
    /// <summary>Addresses that are ready for traffic and used by clients and load balancers.</summary>
    [Field(1), Atomic] public ApiList<EndpointAddress> Addresses { get; init; }

    /// <summary>Addresses that exist but should not receive traffic now.</summary>
    [Field(2), Atomic] public ApiList<EndpointAddress> NotReadyAddresses { get; init; }

    /// <summary>Ports available on all of these addresses.</summary>
    [Field(3), Atomic] public ApiList<EndpointPort> Ports { get; init; }
}

/// <summary>One address that serves an endpoint.</summary>
[ApiType]
[Atomic]
public sealed partial record EndpointAddress
{
    /// <summary>Address of the endpoint; loopback, link-local and multicast addresses are refused.</summary>
    [Field(1, Emit = Emit.Always)] public string Ip { get; init; } = "";

    /// <summary>Host name under which cluster DNS publishes the address below the service.</summary>
    [Field(3)] public string Hostname { get; init; } = "";

    /// <summary>Node that hosts the endpoint, so that consumers can prefer local ones.</summary>
    [Field(4)] public string? NodeName { get; init; }

    /// <summary>Object behind the address, normally a pod.</summary>
    [Field(2)] public ObjectReference? TargetRef { get; init; }
}

/// <summary>One port of an endpoint subset.</summary>
[ApiType]
[Atomic]
public sealed partial record EndpointPort
{
    /// <summary>Name of the service port this belongs to; may be empty only when the subset has a single port.</summary>
    [Field(1)] public string Name { get; init; } = "";

    /// <summary>Port number on which the endpoint listens.</summary>
    [Field(2, Emit = Emit.Always)] public int Port { get; init; }

    /// <summary>TCP, UDP or SCTP; TCP by default.</summary>
    [Field(3), KnownValues(typeof(Protocol))] public string Protocol { get; init; } = "";

    /// <summary>
    /// Hint at the application protocol: an IANA service name, kubernetes.io/h2c, kubernetes.io/ws, kubernetes.io/wss or a
    /// domain-prefixed name.
    /// </summary>
    [Field(4)] public string? AppProtocol { get; init; }
}
