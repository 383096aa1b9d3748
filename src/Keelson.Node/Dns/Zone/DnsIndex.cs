using System.Collections.Immutable;
using System.Net;
using Keelson.Client;
using Keelson.Node.Dns.Wire;

namespace Keelson.Node.Dns.Zone;

/// <summary>All names of the cluster at one moment. It never changes; a change makes another one that shares most of it.</summary>
internal sealed class DnsIndex
{
    private readonly ZoneNames _zone;
    private readonly Dictionary<string, Dictionary<string, ServiceZone>> _namespaces;
    private readonly Dictionary<string, Dictionary<string, ServiceZone>>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly ImmutableDictionary<UInt128, ImmutableArray<(ObjectKey Service, byte[] Body)>> _pointers;
    private readonly NameRecords _version;
    private readonly NameRecords _apex;
    private readonly NameRecords _nameServer;

    private DnsIndex(
        ZoneNames zone, uint serial, IReadOnlyList<IPAddress> servers, Dictionary<string, Dictionary<string, ServiceZone>> namespaces,
        ImmutableDictionary<UInt128, ImmutableArray<(ObjectKey Service, byte[] Body)>> pointers)
    {
        _zone = zone;
        _namespaces = namespaces;
        _lookup = namespaces.GetAlternateLookup<ReadOnlySpan<char>>();
        _pointers = pointers;
        Serial = serial;
        Servers = servers;
        var server = zone.Name("ns.dns")!;
        Authority = RecordBody.Authority(server, zone.Name("hostmaster")!, serial, zone.TimeToLive);
        _version = new NameRecords { Texts = [RecordBody.Text(ZoneNames.SchemaVersion, zone.TimeToLive)] };
        _nameServer = new NameRecords
        {
            Addresses = [.. servers.Where(address => address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork).Select(address => RecordBody.Address(address, zone.TimeToLive))],
            AddressesV6 = [.. servers.Where(address => address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6).Select(address => RecordBody.Address(address, zone.TimeToLive))],
        };
        _apex = new NameRecords { NameServers = [RecordBody.Name(RecordType.NameServer, server, zone.TimeToLive)], Targets = [(server, _nameServer)] };
    }

    /// <summary>The zone's SOA record without its owner's name.</summary>
    public byte[] Authority { get; }

    public uint Serial { get; }

    /// <summary>The addresses that the zone gives for its server.</summary>
    public IReadOnlyList<IPAddress> Servers { get; }

    public static DnsIndex Create(ZoneNames zone, IReadOnlyList<IPAddress> servers) =>
        new(zone, 1, servers, [], ImmutableDictionary<UInt128, ImmutableArray<(ObjectKey, byte[])>>.Empty);

    /// <summary>The index with other services, and with those namespaces that exist.</summary>
    /// <param name="changed">Null for a service that is gone or has no name.</param>
    public DnsIndex With(uint serial, IReadOnlyCollection<string> namespaces, IReadOnlyCollection<(ObjectKey Key, ServiceZone? Zone)> changed)
    {
        var byNamespace = new Dictionary<string, Dictionary<string, ServiceZone>>(namespaces.Count);
        foreach (var name in namespaces) byNamespace[name] = _namespaces.GetValueOrDefault(name) ?? [];
        var pointers = _pointers.ToBuilder();
        foreach (var group in changed.GroupBy(change => change.Key.Namespace))
        {
            var before = _namespaces.GetValueOrDefault(group.Key);
            var services = new Dictionary<string, ServiceZone>(before ?? []);
            foreach (var (key, zone) in group)
            {
                if (services.Remove(key.Name, out var old)) RemovePointers(pointers, key, old);
                if (zone is null) continue;
                services[key.Name] = zone;
                foreach (var (address, body) in zone.Pointers) pointers[address] = (pointers.TryGetValue(address, out var others) ? others : []).Add((key, body));
            }

            // A service may be known before its namespace is, and a namespace that goes has services to its end.
            if (services.Count > 0 || byNamespace.ContainsKey(group.Key)) byNamespace[group.Key] = services;
        }

        foreach (var (name, services) in _namespaces)
        {
            if (services.Count > 0) byNamespace.TryAdd(name, services);
        }

        return new DnsIndex(_zone, serial, Servers, byNamespace, pointers.ToImmutable());
    }

    /// <summary>What stands at a name of the cluster's domain; null where there is no such name.</summary>
    public NameRecords? Find(in QueryName name)
    {
        var left = name.Count - _zone.Labels.Length;
        if (left == 0) return _apex;
        var kind = name[left - 1];
        if (kind.SequenceEqual("svc")) return FindService(name, left - 1);
        if (kind.SequenceEqual("pod")) return FindPod(name, left - 1);
        if (left == 1 && kind.SequenceEqual("dns-version")) return _version;
        if (!kind.SequenceEqual("dns")) return null;
        if (left == 1) return NameRecords.Empty;
        return left == 2 && name[0].SequenceEqual("ns") ? _nameServer : null;
    }

    /// <summary>What names an address leads back to; null where it is not of the cluster.</summary>
    public NameRecords? FindPointers(UInt128 address) =>
        _pointers.TryGetValue(address, out var found) ? new NameRecords { Pointers = [.. found.Select(entry => entry.Body)] } : null;

    private NameRecords? FindService(in QueryName name, int left)
    {
        if (left == 0) return NameRecords.Empty;
        if (!_lookup.TryGetValue(name[left - 1], out var services)) return null;
        if (left == 1) return NameRecords.Empty;
        if (!services.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name[left - 2], out var service)) return null;
        return left switch
        {
            2 => service.Self,
            // Between the service and its ports stands the protocol, which has nothing of its own.
            3 => service.Endpoints.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name[0], out var endpoint) ? endpoint : HasProtocol(service, name[0]) ? NameRecords.Empty : null,
            4 => service.Port(name[0], name[1]),
            _ => null,
        };
    }

    private NameRecords? FindPod(in QueryName name, int left)
    {
        if (left == 0) return NameRecords.Empty;
        if (!_lookup.ContainsKey(name[left - 1])) return null;
        if (left == 1) return NameRecords.Empty;
        if (left != 2 || ParseDashed(name[0]) is not { } address) return null;
        byte[][] body = [RecordBody.Address(address, _zone.TimeToLive)];
        return address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? new NameRecords { Addresses = body } : new NameRecords { AddressesV6 = body };
    }

    private static bool HasProtocol(ServiceZone service, ReadOnlySpan<char> protocol)
    {
        foreach (var port in service.Ports)
        {
            if (protocol.SequenceEqual(port.Protocol)) return true;
        }

        return false;
    }

    private static IPAddress? ParseDashed(ReadOnlySpan<char> label)
    {
        Span<char> text = stackalloc char[WireLimits.Label];
        label.CopyTo(text);
        text = text[..label.Length];
        foreach (var character in text)
        {
            if (!char.IsAsciiHexDigit(character) && character != '-') return null;
        }

        var isV4 = text.Count('-') == 3 && !text.Contains("--", StringComparison.Ordinal);
        text.Replace('-', isV4 ? '.' : ':');
        return IPAddress.TryParse(text, out var address) ? address : null;
    }

    private static void RemovePointers(ImmutableDictionary<UInt128, ImmutableArray<(ObjectKey Service, byte[] Body)>>.Builder pointers, ObjectKey key, ServiceZone zone)
    {
        foreach (var (address, _) in zone.Pointers)
        {
            if (!pointers.TryGetValue(address, out var all)) continue;
            var left = all.RemoveAll(entry => entry.Service == key);
            if (left.IsEmpty) pointers.Remove(address);
            else pointers[address] = left;
        }
    }
}
