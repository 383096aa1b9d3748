using System.Net;
using Keelson.Client.Informers;
using Keelson.Node.Network;
using Keelson.Node.Proxy.Nftables;

namespace Keelson.Node.Proxy;

/// <summary>How the service proxy of a node works.</summary>
public sealed record ProxyOptions
{
    /// <summary>Where upstream's proxy answers /healthz, on all addresses.</summary>
    public const int HealthPort = 10256;

    /// <summary>Where upstream's proxy answers /metrics, on loopback.</summary>
    public const int MetricsPort = 10249;

    /// <summary>The node's name: which endpoints are local, and whose zone counts.</summary>
    public required string NodeName { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Where pods are. Traffic to cluster addresses from elsewhere is given the node's address; nobody's when empty.</summary>
    public IReadOnlyList<IPNetwork> ClusterNetworks { get; init; } = [];

    /// <summary>The bit of packet marks that the proxy uses for itself, upstream's by default.</summary>
    public int MasqueradeBit { get; init; } = 14;

    /// <summary>The shortest time from one change of rules to the next, so that bursts are one change; a single change does not wait. Default 10 ms.</summary>
    public TimeSpan MinimumSyncPeriod { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>How often the proxy looks whether the kernel still has its rules; default 30 s.</summary>
    public TimeSpan CheckPeriod { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long changes may wait until the proxy calls itself unhealthy; default one minute.</summary>
    public TimeSpan HealthPatience { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Where /healthz is answered; nowhere when null.</summary>
    public IPEndPoint? HealthEndpoint { get; init; }

    /// <summary>Where /metrics is answered; nowhere when null.</summary>
    public IPEndPoint? MetricsEndpoint { get; init; }

    /// <summary>The address on which the health check ports of services are answered; all by default.</summary>
    public IPAddress HealthCheckAddress { get; init; } = IPAddress.Any;

    /// <summary>What to do about packets that only cross a bridge; by default the proxy says what may go wrong.</summary>
    public BridgedPackets BridgedPackets { get; init; }

    /// <summary>The network namespace to work in; the process's own by default.</summary>
    public NetworkNamespace Namespace { get; init; } = NetworkNamespace.Own;

    /// <summary>Informers of this process that somebody else runs; the proxy has its own, of no more than it needs, when null.</summary>
    public InformerFactory? Informers { get; init; }

    /// <summary>Takes what went wrong; the proxy goes on by itself.</summary>
    public Action<Exception>? OnError { get; init; }

    /// <summary>Is told after each change of the rules how many services it was about.</summary>
    internal Action<int>? OnSynced { get; init; }

    internal RuleSettings Rules => new(ClusterNetworks, 1u << MasqueradeBit);
}

/// <summary>
/// How packets between pods on one bridge get past the rules, without which a pod does not understand the answers of another
/// on the same bridge: they come from the endpoint's address instead of the service's.
/// </summary>
public enum BridgedPackets
{
    /// <summary>Somebody else has seen to it; the proxy complains where the kernel's setting is off.</summary>
    Expected,

    /// <summary>The proxy turns the kernel's setting on, for the whole network namespace: for namespaces of the cluster's own.</summary>
    Enabled,

    /// <summary>Pods do not share a bridge, or the node routes between them: there is nothing to see to.</summary>
    Routed,
}
