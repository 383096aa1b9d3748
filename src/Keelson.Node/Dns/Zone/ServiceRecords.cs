using System.Net;
using System.Net.Sockets;
using Keelson.Api.Core.V1;
using Keelson.Api.Discovery.V1;
using Keelson.Node.Dns.Wire;

namespace Keelson.Node.Dns.Zone;

/// <summary>Computes the names of a service from it and its slices.</summary>
internal static class ServiceRecords
{
    private const string None = "None";
    private const string External = "ExternalName";

    /// <summary>A port of all of a service's records.</summary>
    private sealed record Place(string Host, IPAddress Address, string PortName, string Protocol, int? Port);

    /// <summary>The service's names, or null where it has none: a headless one without ready endpoints does not exist.</summary>
    public static ServiceZone? Compute(ZoneNames zone, Service service, IEnumerable<EndpointSlice> slices)
    {
        var below = $"{service.Metadata.Name}.{service.Metadata.Namespace}.svc";
        if (zone.Name(below) is not { } name) return null;
        if (service.Spec.Type == External) return OfAlias(zone, service.Spec.ExternalName);
        var places = Places(service, slices);
        if (service.Spec.ClusterIP == None) return places.Count == 0 ? null : OfHeadless(zone, below, places);
        var addresses = service.Spec.ClusterIPs.Prepend(service.Spec.ClusterIP).Where(IsAddress).Select(IPAddress.Parse).Distinct().ToList();
        if (addresses.Count == 0) return null;
        var self = Addresses(zone, addresses);
        var (endpoints, pointers) = Endpoints(zone, below, places);
        var pointer = RecordBody.Name(RecordType.Pointer, name, zone.TimeToLive);
        return new ServiceZone
        {
            Self = WithServices(zone, self, name, service.Spec.Ports.Select(port => port.Port)),
            Ports =
            [
                .. service.Spec.Ports.Where(port => port.Name.Length > 0).GroupBy(port => (Name: Label(port.Name), Protocol: ProtocolLabel(port.Protocol)))
                    .Select(group => (group.Key.Name, group.Key.Protocol, WithServices(zone, self, name, group.Select(port => port.Port)))),
            ],
            Endpoints = endpoints,
            Pointers = [.. addresses.Select(address => (AddressKey.Of(address), pointer)), .. pointers],
        };
    }

    private static ServiceZone? OfAlias(ZoneNames zone, string target)
    {
        // An address is no name, whatever the field says.
        if (IPAddress.TryParse(target, out _) || NameText.ToWire(target) is not { } wire) return null;
        return new ServiceZone { Self = new NameRecords { Canonical = wire, CanonicalRecord = [RecordBody.Name(RecordType.CanonicalName, wire, zone.TimeToLive)] } };
    }

    private static ServiceZone OfHeadless(ZoneNames zone, string below, List<Place> places)
    {
        var (endpoints, pointers) = Endpoints(zone, below, places);
        var ports =
            from place in places
            where place.PortName.Length > 0 && place.Port is not null
            group place by (place.PortName, place.Protocol)
            into named
            select (named.Key.PortName, named.Key.Protocol, OfPlaces(zone, below, [.. named], endpoints));
        return new ServiceZone { Self = OfPlaces(zone, below, places, endpoints), Ports = [.. ports], Endpoints = endpoints, Pointers = pointers };
    }

    private static (Dictionary<string, NameRecords> Endpoints, (UInt128 Address, byte[] Body)[] Pointers) Endpoints(ZoneNames zone, string below, List<Place> places)
    {
        var endpoints = new Dictionary<string, NameRecords>();
        var pointers = new List<(UInt128, byte[])>();
        foreach (var host in places.GroupBy(place => place.Host))
        {
            if (zone.Name($"{host.Key}.{below}") is not { } name) continue;
            var addresses = host.Select(place => place.Address).Distinct().ToList();
            endpoints[host.Key] = WithServices(zone, Addresses(zone, addresses), name, host.Where(place => place.Port is not null).Select(place => place.Port!.Value).Distinct());
            // Only an endpoint that was given a name leads back to it.
            var pointer = RecordBody.Name(RecordType.Pointer, name, zone.TimeToLive);
            pointers.AddRange(addresses.Where(address => Dashed(address) != host.Key).Select(address => (AddressKey.Of(address), pointer)));
        }

        return (endpoints, [.. pointers]);
    }

    private static NameRecords OfPlaces(ZoneNames zone, string below, List<Place> places, Dictionary<string, NameRecords> endpoints)
    {
        var targets = places.Where(place => place.Port is not null && endpoints.ContainsKey(place.Host)).DistinctBy(place => (place.Host, place.Port)).ToList();
        var weight = Weight(targets.Count);
        return Addresses(zone, [.. places.Select(place => place.Address).Distinct()]) with
        {
            Services = [.. targets.Select(place => RecordBody.Service(weight, place.Port!.Value, zone.Name($"{place.Host}.{below}"), zone.TimeToLive))],
            Targets = [.. targets.DistinctBy(place => place.Host).Select(place => (zone.Name($"{place.Host}.{below}")!, endpoints[place.Host]))],
        };
    }

    private static NameRecords WithServices(ZoneNames zone, NameRecords self, byte[] name, IEnumerable<int> ports)
    {
        var all = ports.ToList();
        return self with { Services = [.. all.Select(port => RecordBody.Service(Weight(all.Count), port, name, zone.TimeToLive))], Targets = [(name, self)] };
    }

    private static NameRecords Addresses(ZoneNames zone, List<IPAddress> addresses) => new()
    {
        Addresses = [.. addresses.Where(address => address.AddressFamily == AddressFamily.InterNetwork).Select(address => RecordBody.Address(address, zone.TimeToLive))],
        AddressesV6 = [.. addresses.Where(address => address.AddressFamily == AddressFamily.InterNetworkV6).Select(address => RecordBody.Address(address, zone.TimeToLive))],
    };

    private static List<Place> Places(Service service, IEnumerable<EndpointSlice> slices)
    {
        var places = new HashSet<Place>();
        foreach (var slice in slices)
        {
            foreach (var endpoint in slice.Endpoints)
            {
                if (endpoint.Conditions.Ready == false && !service.Spec.PublishNotReadyAddresses) continue;
                foreach (var text in endpoint.Addresses)
                {
                    if (!IsAddress(text)) continue;
                    var address = IPAddress.Parse(text);
                    var host = endpoint.Hostname is { Length: > 0 } given ? given.ToLowerInvariant() : Dashed(address);
                    if (slice.Ports.IsEmpty) places.Add(new Place(host, address, "", "", null));
                    foreach (var port in slice.Ports) places.Add(new Place(host, address, Label(port.Name ?? ""), ProtocolLabel(port.Protocol ?? ""), port.Port));
                }
            }
        }

        return [.. places];
    }

    private static bool IsAddress(string text) => text is not ("" or None) && IPAddress.TryParse(text, out _);

    // 10.1.2.3 is 10-1-2-3; fd00::1 is fd00--1.
    private static string Dashed(IPAddress address) => address.ToString().Replace('.', '-').Replace(':', '-');

    private static string Label(string port) => port.Length == 0 ? "" : "_" + port.ToLowerInvariant();

    private static string ProtocolLabel(string protocol) => protocol.Length == 0 ? "_tcp" : "_" + protocol.ToLowerInvariant();

    // All are equal, so they share a hundred; none may be without weight.
    private static int Weight(int count) => Math.Max(1, 100 / Math.Max(1, count));
}
