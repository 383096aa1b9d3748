using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Keelson.Api.Core.V1;
using Keelson.Api.Discovery.V1;
using Keelson.Client;

namespace Keelson.Node.Proxy;

/// <summary>Makes the picture of a service of the service and its slices: a pure function.</summary>
internal static class PictureMaking
{
    /// <summary>How long clients stay with an endpoint unless the service says otherwise.</summary>
    public const int DefaultAffinitySeconds = 10800;

    /// <summary>How many endpoints a port has at most; more are left out. The kernel's chains and a service's cost are bounded by it.</summary>
    public const int MostEndpoints = 32768;

    /// <summary>The picture; none where there is nothing for a proxy to do.</summary>
    public static ServicePicture? Of(Service? service, IEnumerable<EndpointSlice> slices, NodePlace place)
    {
        if (service is null || service.Spec.Type == ServiceType.ExternalName) return null;
        var spec = service.Spec;
        if (spec.ClusterIP.Length == 0 || spec.ClusterIP == "None") return null;
        var addresses = Addresses(spec.ClusterIPs.IsEmpty ? [spec.ClusterIP] : spec.ClusterIPs);
        var all = slices.OrderBy(static slice => slice.Metadata.Name, StringComparer.Ordinal).ToList();
        var ports = ImmutableArray.CreateBuilder<PortPicture>();
        var seen = new HashSet<(AddressFamily, string, int)>();
        foreach (var address in addresses)
        {
            foreach (var port in spec.Ports)
            {
                if (port.Port is < 1 or > 65535 || ProtocolName(port.Protocol) is not { } protocol) continue;
                if (!seen.Add((address.AddressFamily, protocol, port.Port))) continue;
                ports.Add(OfPort(service, port, protocol, address, Found(all, address.AddressFamily, port, place)));
            }
        }

        var needsCheck = spec.HealthCheckNodePort is > 0 and <= 65535 && IsExternalLocal(spec);
        return new ServicePicture(new ObjectKey(service.Metadata.Namespace, service.Metadata.Name), ports.ToImmutable())
        {
            HealthCheckNodePort = needsCheck ? spec.HealthCheckNodePort : 0,
            LocalReadyEndpoints = needsCheck ? LocalReady(all, place) : 0,
        };
    }

    private static PortPicture OfPort(Service service, ServicePort port, string protocol, IPAddress address, List<FoundEndpoint> found)
    {
        var spec = service.Spec;
        var family = address.AddressFamily;
        var ranges = spec.LoadBalancerSourceRanges;
        var isLocal = IsExternalLocal(spec);
        return new PortPicture
        {
            Name = port.Name,
            Family = family,
            Protocol = protocol,
            Port = port.Port,
            NodePort = port.NodePort is > 0 and <= 65535 ? port.NodePort : 0,
            ClusterAddress = address,
            ExternalAddresses = [.. Addresses(spec.ExternalIPs).Where(external => external.AddressFamily == family).Distinct()],
            BalancerAddresses = spec.Type == ServiceType.LoadBalancer ? [.. BalancerAddresses(service.Status.LoadBalancer, family)] : [],
            HasSourceRanges = ranges.Any(static range => range.Trim().Length > 0),
            SourceRanges = [.. Networks(ranges).Where(range => range.BaseAddress.AddressFamily == family)],
            AffinitySeconds = spec.SessionAffinity == ServiceAffinity.ClientIP ? spec.SessionAffinityConfig?.ClientIP?.TimeoutSeconds is > 0 and var seconds ? seconds : DefaultAffinitySeconds : 0,
            IsExternalLocal = isLocal,
            IsInternalLocal = spec.InternalTrafficPolicy == ServiceInternalTrafficPolicy.Local,
            ClusterEndpoints = Usable(Near(found)),
            LocalEndpoints = Usable(found.Where(static endpoint => endpoint.IsLocal)),
            HasAnyEndpoints = found.Any(static endpoint => endpoint.IsReady || endpoint.IsLastResort),
        };
    }

    private static bool IsExternalLocal(ServiceSpec spec) =>
        spec.ExternalTrafficPolicy == ServiceExternalTrafficPolicy.Local && (spec.Type is ServiceType.NodePort or ServiceType.LoadBalancer || !spec.ExternalIPs.IsEmpty);

    // Ready ones; those that still serve while they end only where no other is left.
    private static ImmutableArray<EndpointAddress> Usable(IEnumerable<FoundEndpoint> endpoints)
    {
        var all = endpoints as IReadOnlyCollection<FoundEndpoint> ?? [.. endpoints];
        var chosen = all.Any(static endpoint => endpoint.IsReady) ? all.Where(static endpoint => endpoint.IsReady) : all.Where(static endpoint => endpoint.IsLastResort);
        return [.. chosen.Select(static endpoint => endpoint.Address).Distinct().Order().Take(MostEndpoints)];
    }

    // A hint counts only where every ready endpoint has one and one is for this place: half a set of hints would overload some.
    private static IEnumerable<FoundEndpoint> Near(List<FoundEndpoint> found)
    {
        var ready = found.Where(static endpoint => endpoint.IsReady).ToList();
        if (ready.Count == 0) return found;
        if (ready.TrueForAll(static endpoint => endpoint.HasNodeHint) && ready.Exists(static endpoint => endpoint.IsForNode)) return ready.Where(static endpoint => endpoint.IsForNode);
        if (ready.TrueForAll(static endpoint => endpoint.HasZoneHint) && ready.Exists(static endpoint => endpoint.IsForZone)) return ready.Where(static endpoint => endpoint.IsForZone);
        return found;
    }

    // An endpoint that two slices have, as happens while it moves between them, counts once, as the better of what they say.
    private static List<FoundEndpoint> Found(List<EndpointSlice> slices, AddressFamily family, ServicePort port, NodePlace place)
    {
        var found = new Dictionary<EndpointAddress, FoundEndpoint>();
        foreach (var slice in slices)
        {
            if (slice.AddressType != (family == AddressFamily.InterNetwork ? "IPv4" : "IPv6")) continue;
            foreach (var slicePort in slice.Ports)
            {
                if ((slicePort.Name ?? "") != port.Name || slicePort.Port is not { } number || number is < 1 or > 65535) continue;
                if (ProtocolName(slicePort.Protocol ?? Protocol.TCP) != ProtocolName(port.Protocol)) continue;
                foreach (var endpoint in slice.Endpoints)
                {
                    if (endpoint.Addresses.IsEmpty || !TryAddress(endpoint.Addresses[0], out var address) || address.AddressFamily != family) continue;
                    var one = FoundEndpoint.Of(new EndpointAddress(address, number), endpoint, place);
                    if (!found.TryGetValue(one.Address, out var other) || one.Rank > other.Rank) found[one.Address] = one;
                }
            }
        }

        return [.. found.Values];
    }

    private static int LocalReady(List<EndpointSlice> slices, NodePlace place) => slices
        .SelectMany(static slice => slice.Endpoints)
        .Where(endpoint => endpoint.NodeName == place.NodeName && (endpoint.Conditions.Ready ?? true) && !endpoint.Addresses.IsEmpty)
        .Select(static endpoint => endpoint.Addresses[0])
        .Distinct()
        .Count();

    private static IEnumerable<IPAddress> BalancerAddresses(LoadBalancerStatus status, AddressFamily family)
    {
        foreach (var ingress in status.Ingress)
        {
            // A balancer that ends connections itself wants to be reached, not to be skipped.
            if (ingress.IpMode == LoadBalancerIPMode.Proxy) continue;
            if (TryAddress(ingress.Ip, out var address) && address.AddressFamily == family) yield return address;
        }
    }

    private static string? ProtocolName(string protocol) => protocol switch
    {
        "" or Protocol.TCP => "tcp",
        Protocol.UDP => "udp",
        Protocol.SCTP => "sctp",
        _ => null,
    };

    private static IEnumerable<IPAddress> Addresses(IEnumerable<string> texts)
    {
        foreach (var text in texts)
        {
            if (TryAddress(text, out var address)) yield return address;
        }
    }

    private static IEnumerable<IPNetwork> Networks(IEnumerable<string> texts)
    {
        foreach (var text in texts)
        {
            var slash = text.IndexOf('/', StringComparison.Ordinal);
            if (slash < 0 || !TryAddress(text[..slash].Trim(), out var address) || !int.TryParse(text[(slash + 1)..].Trim(), out var length)) continue;
            var bytes = address.GetAddressBytes();
            if (length < 0 || length > bytes.Length * 8) continue;
            for (var bit = length; bit < bytes.Length * 8; bit++) bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
            yield return new IPNetwork(new IPAddress(bytes), length);
        }
    }

    private static bool TryAddress(string text, out IPAddress address)
    {
        address = IPAddress.None;
        if (!IPAddress.TryParse(text, out var parsed) || parsed.AddressFamily is not (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6)) return false;
        if (parsed.AddressFamily == AddressFamily.InterNetworkV6 && (parsed.ScopeId != 0 || parsed.IsIPv4MappedToIPv6)) return false;
        address = parsed;
        return true;
    }

    private readonly record struct FoundEndpoint(EndpointAddress Address, bool IsReady, bool IsLastResort, bool IsLocal, bool HasNodeHint, bool IsForNode, bool HasZoneHint, bool IsForZone)
    {
        public int Rank => IsReady ? 2 : IsLastResort ? 1 : 0;

        public static FoundEndpoint Of(EndpointAddress address, Endpoint endpoint, NodePlace place)
        {
            var ready = endpoint.Conditions.Ready ?? true;
            var serving = endpoint.Conditions.Serving ?? ready;
            var nodes = endpoint.Hints?.ForNodes ?? default;
            var zones = endpoint.Hints?.ForZones ?? default;
            return new FoundEndpoint(
                address,
                ready,
                !ready && serving && (endpoint.Conditions.Terminating ?? false),
                endpoint.NodeName == place.NodeName,
                !nodes.IsEmpty,
                nodes.Any(node => node.Name == place.NodeName),
                !zones.IsEmpty,
                zones.Any(zone => zone.Name == place.Zone));
        }
    }
}
