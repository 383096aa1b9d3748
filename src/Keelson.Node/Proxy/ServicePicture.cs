using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Keelson.Client;

namespace Keelson.Node.Proxy;

/// <summary>What a proxy has to know about one service as it is seen from one node. It never changes.</summary>
internal sealed record ServicePicture(ObjectKey Key, ImmutableArray<PortPicture> Ports)
{
    /// <summary>Where load balancers ask whether this node has endpoints of the service; 0 for nowhere.</summary>
    public int HealthCheckNodePort { get; init; }

    /// <summary>How many ready endpoints of the service run on this node.</summary>
    public int LocalReadyEndpoints { get; init; }
}

/// <summary>An address and port that packets are sent on to.</summary>
internal readonly record struct EndpointAddress(IPAddress Address, int Port) : IComparable<EndpointAddress>
{
    public int CompareTo(EndpointAddress other)
    {
        var byAddress = Address.GetAddressBytes().AsSpan().SequenceCompareTo(other.Address.GetAddressBytes());
        return byAddress != 0 ? byAddress : Port.CompareTo(other.Port);
    }
}

/// <summary>One port of a service in one address family: where it is reached, and where that leads.</summary>
internal sealed record PortPicture
{
    /// <summary>The port's name in the service; may be empty.</summary>
    public required string Name { get; init; }

    public required AddressFamily Family { get; init; }

    /// <summary>In lower case: tcp, udp or sctp.</summary>
    public required string Protocol { get; init; }

    public required int Port { get; init; }

    /// <summary>0 for none.</summary>
    public int NodePort { get; init; }

    public required IPAddress ClusterAddress { get; init; }

    /// <summary>External addresses, and those of load balancers that send packets on as they came.</summary>
    public ImmutableArray<IPAddress> ExternalAddresses { get; init; } = [];

    public ImmutableArray<IPAddress> BalancerAddresses { get; init; } = [];

    /// <summary>Who may come through the load balancer; everybody when empty.</summary>
    public ImmutableArray<IPNetwork> SourceRanges { get; init; } = [];

    /// <summary>Whether source ranges were asked for; those that are of the other family leave nobody in.</summary>
    public bool HasSourceRanges { get; init; }

    /// <summary>How long a client stays with its endpoint after its last connection; 0 for no affinity.</summary>
    public int AffinitySeconds { get; init; }

    public bool IsExternalLocal { get; init; }

    public bool IsInternalLocal { get; init; }

    /// <summary>The endpoints for traffic that may go anywhere, in order.</summary>
    public ImmutableArray<EndpointAddress> ClusterEndpoints { get; init; } = [];

    /// <summary>The endpoints for traffic that has to stay on this node, in order.</summary>
    public ImmutableArray<EndpointAddress> LocalEndpoints { get; init; } = [];

    /// <summary>Whether there is any usable endpoint in the cluster: traffic without one is refused, else dropped.</summary>
    public bool HasAnyEndpoints { get; init; }
}
