using System.Net;

namespace Keelson.Node.Proxy.Conntrack;

/// <summary>Decides which remembered UDP flows a change of services has made wrong.</summary>
/// <remarks>
/// TCP ends by itself. A UDP client that goes on sending keeps its flow alive for ever, and with it where the flow leads: to an
/// endpoint that is gone, or to nowhere because the service had no endpoint yet.
/// </remarks>
internal sealed class StaleFlows
{
    private readonly Dictionary<(IPAddress, int), Destination> _destinations = [];
    private readonly Dictionary<int, Destination> _nodePorts = [];

    /// <param name="changes">Services as they were and as they are.</param>
    public StaleFlows(IEnumerable<(ServicePicture? Before, ServicePicture? After)> changes)
    {
        foreach (var (before, after) in changes)
        {
            // What is must win over what was, also where an address went from one service to another.
            foreach (var port in before?.Ports ?? []) Add(port, isNow: false);
            foreach (var port in after?.Ports ?? []) Add(port, isNow: true);
        }
    }

    /// <summary>Whether there can be any stale flow at all: most changes are of other protocols.</summary>
    public bool IsEmpty => _destinations.Count == 0 && _nodePorts.Count == 0;

    public static bool MayMatter(ServicePicture? before, ServicePicture? after)
    {
        if (!HasUdp(before) && !HasUdp(after)) return false;
        return before is null || after is null || !before.Ports.SequenceEqual(after.Ports, PortComparer.Instance);
    }

    public bool IsStale(Flow flow)
    {
        if (flow.Protocol != CtNetlink.Udp) return false;
        var isUnchanged = flow.Answerer.Address.Equals(flow.Target) && flow.Answerer.Port == flow.TargetPort;
        if (_destinations.TryGetValue((flow.Target, flow.TargetPort), out var found)) return isUnchanged ? found.Now.Count > 0 : !found.Now.Contains(flow.Answerer);
        // Any address can have the port of a node port: only flows that are the service's own are touched.
        if (!_nodePorts.TryGetValue(flow.TargetPort, out found)) return false;
        return isUnchanged ? found.Now.Count > 0 : found.Before.Contains(flow.Answerer) && !found.Now.Contains(flow.Answerer);
    }

    private void Add(PortPicture port, bool isNow)
    {
        if (port.Protocol != "udp") return;
        foreach (var address in port.ExternalAddresses.Concat(port.BalancerAddresses).Append(port.ClusterAddress)) Note(_destinations, (address, port.Port), port, isNow);
        if (port.NodePort > 0) Note(_nodePorts, port.NodePort, port, isNow);
    }

    private static void Note<T>(Dictionary<T, Destination> destinations, T key, PortPicture port, bool isNow)
        where T : notnull
    {
        if (!destinations.TryGetValue(key, out var destination)) destinations[key] = destination = new Destination();
        (isNow ? destination.Now : destination.Before).UnionWith(port.ClusterEndpoints.Concat(port.LocalEndpoints));
    }

    private static bool HasUdp(ServicePicture? service) => service?.Ports.Any(static port => port.Protocol == "udp") == true;

    private sealed class Destination
    {
        public HashSet<EndpointAddress> Before { get; } = [];

        public HashSet<EndpointAddress> Now { get; } = [];
    }

    private sealed class PortComparer : IEqualityComparer<PortPicture>
    {
        public static readonly PortComparer Instance = new();

        public bool Equals(PortPicture? left, PortPicture? right) =>
            left is not null && right is not null
            && left.Protocol == right.Protocol && left.Port == right.Port && left.NodePort == right.NodePort && left.ClusterAddress.Equals(right.ClusterAddress)
            && left.ExternalAddresses.SequenceEqual(right.ExternalAddresses) && left.BalancerAddresses.SequenceEqual(right.BalancerAddresses)
            && left.ClusterEndpoints.SequenceEqual(right.ClusterEndpoints) && left.LocalEndpoints.SequenceEqual(right.LocalEndpoints);

        public int GetHashCode(PortPicture port) => HashCode.Combine(port.Protocol, port.Port);
    }
}
