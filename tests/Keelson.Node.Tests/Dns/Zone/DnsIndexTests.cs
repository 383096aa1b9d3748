using System.Net;
using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Discovery.V1;
using Keelson.Api.Meta.V1;
using Keelson.Client;
using Keelson.Node.Dns.Wire;
using Keelson.Node.Dns.Zone;

namespace Keelson.Node.Tests.Dns.Zone;

/// <summary>The index, changed step by step, against a list of records that is written down anew each time.</summary>
public sealed class DnsIndexTests
{
    private static readonly ZoneNames Names = new("cluster.local", 30);
    private static readonly string[] Namespaces = ["default", "other"];
    private static readonly string[] Services = ["a", "b", "c"];
    private static readonly string[] Hosts = ["", "", "host-0", "host-1"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void An_index_that_was_changed_step_by_step_answers_as_a_list_of_all_records(int seed)
    {
        var random = new Random(seed);
        var services = new Dictionary<ObjectKey, Service>();
        var slices = new Dictionary<ObjectKey, EndpointSlice[]>();
        var index = DnsIndex.Create(Names, []);
        for (var step = 0; step < 300; step++)
        {
            var key = new ObjectKey(Pick(random, Namespaces), Pick(random, Services));
            if (random.Next(4) == 0) services.Remove(key);
            else if (random.Next(2) == 0) services[key] = RandomService(random, key, step);
            slices[key] = [.. Enumerable.Range(0, random.Next(3)).Select(_ => RandomSlice(random, key))];
            index = index.With((uint)step, Namespaces, [(key, services.TryGetValue(key, out var service) ? ServiceRecords.Compute(Names, service, slices[key]) : null)]);
            if (step % 10 != 0) continue;
            var records = services.Values.SelectMany(each => Naive(each, slices.GetValueOrDefault(new ObjectKey(each.Metadata.Namespace, each.Metadata.Name)) ?? [])).Distinct().ToList();
            foreach (var name in records.Select(record => record.Name).Concat(Absent()).Distinct()) Compare(index, records, name);
        }
    }

    private static void Compare(DnsIndex index, List<(string Name, ushort Type, string Data)> records, string name)
    {
        var found = name.EndsWith(".arpa", StringComparison.Ordinal) ? FindPointers(index, name) : Find(index, name);
        foreach (ushort type in new[] { RecordType.Address, RecordType.AddressV6, RecordType.Service, RecordType.Pointer, RecordType.CanonicalName })
        {
            var expected = records.Where(record => record.Name == name && record.Type == type).Select(record => record.Data).Order(StringComparer.Ordinal);
            var actual = (found?.Of(type) ?? []).Select(body => Data(type, body)).Order(StringComparer.Ordinal);
            Assert.Equal(string.Join(' ', expected), string.Join(' ', actual));
        }

        // A name exists when it or something below it has a record.
        if (name.EndsWith(".arpa", StringComparison.Ordinal)) return;
        Assert.Equal(records.Any(record => record.Name == name || record.Name.EndsWith("." + name, StringComparison.Ordinal)) || Namespaces.Any(space => name == $"{space}.svc.cluster.local"), found is not null);
    }

    // What the specification says, record by record.
    private static IEnumerable<(string Name, ushort Type, string Data)> Naive(Service service, EndpointSlice[] slices)
    {
        var self = $"{service.Metadata.Name}.{service.Metadata.Namespace}.svc.cluster.local";
        if (service.Spec.Type == "ExternalName")
        {
            yield return (self, RecordType.CanonicalName, service.Spec.ExternalName + ".");
            yield break;
        }

        var isHeadless = service.Spec.ClusterIP == "None";
        var ready =
            (from slice in slices
             from endpoint in slice.Endpoints
             where endpoint.Conditions.Ready != false || service.Spec.PublishNotReadyAddresses
             from address in endpoint.Addresses
             from port in slice.Ports
             select (Address: address, Host: string.IsNullOrEmpty(endpoint.Hostname) ? address.Replace('.', '-').Replace(':', '-') : endpoint.Hostname, IsNamed: !string.IsNullOrEmpty(endpoint.Hostname), Port: port)).ToList();
        foreach (var (address, host, isNamed, _) in ready)
        {
            yield return ($"{host}.{self}", Type(address), address);
            if (isHeadless) yield return (self, Type(address), address);
            if (isNamed) yield return (Reverse(address), RecordType.Pointer, $"{host}.{self}.");
            var ports = ready.Where(other => other.Host == host).Select(other => other.Port.Port).Distinct().ToList();
            foreach (var port in ports) yield return ($"{host}.{self}", RecordType.Service, $"{100 / ports.Count} {port} {host}.{self}.");
        }

        if (!isHeadless)
        {
            foreach (var address in service.Spec.ClusterIPs)
            {
                yield return (self, Type(address), address);
                yield return (Reverse(address), RecordType.Pointer, self + ".");
            }

            foreach (var port in service.Spec.Ports)
            {
                yield return (self, RecordType.Service, $"{100 / service.Spec.Ports.Count} {port.Port} {self}.");
                foreach (var address in service.Spec.ClusterIPs) yield return ($"_{port.Name}._{port.Protocol.ToLowerInvariant()}.{self}", Type(address), address);
                yield return ($"_{port.Name}._{port.Protocol.ToLowerInvariant()}.{self}", RecordType.Service, $"100 {port.Port} {self}.");
            }

            yield break;
        }

        var all = ready.Select(each => (each.Host, each.Port.Port)).Distinct().ToList();
        foreach (var (host, port) in all) yield return (self, RecordType.Service, $"{Math.Max(1, 100 / all.Count)} {port} {host}.{self}.");
        foreach (var group in ready.GroupBy(each => $"_{each.Port.Name}._{each.Port.Protocol!.ToLowerInvariant()}.{self}"))
        {
            var targets = group.Select(each => (each.Host, each.Port.Port)).Distinct().ToList();
            foreach (var (host, port) in targets) yield return (group.Key, RecordType.Service, $"{Math.Max(1, 100 / targets.Count)} {port} {host}.{self}.");
            foreach (var each in group) yield return (group.Key, Type(each.Address), each.Address);
        }
    }

    private static IEnumerable<string> Absent() =>
        from space in Namespaces.Append("missing")
        from service in Services
        from below in new[] { "", "_tcp.", "host-0.", "host-9.", "_http._udp.", "x.y.z." }
        select $"{below}{service}.{space}.svc.cluster.local";

    private static Service RandomService(Random random, ObjectKey key, int step)
    {
        var kind = random.Next(4);
        var ports = new[] { new ServicePort { Name = "http", Port = 80, Protocol = "TCP" }, new ServicePort { Name = "metrics", Port = 9090, Protocol = random.Next(2) == 0 ? "TCP" : "UDP" } }.Take(1 + random.Next(2)).ToApiList();
        var address = $"10.96.{step / 250}.{step % 250}";
        return new Service
        {
            Metadata = new ObjectMeta { Name = key.Name, Namespace = key.Namespace },
            Spec = kind switch
            {
                0 => new ServiceSpec { Type = "ExternalName", ExternalName = "example.com" },
                1 => new ServiceSpec { ClusterIP = address, ClusterIPs = random.Next(2) == 0 ? [address] : [address, $"fd00::{step + 1:x}"], Ports = ports },
                _ => new ServiceSpec { ClusterIP = "None", ClusterIPs = ["None"], Ports = ports, PublishNotReadyAddresses = random.Next(3) == 0 },
            },
        };
    }

    private static EndpointSlice RandomSlice(Random random, ObjectKey key)
    {
        var isV4 = random.Next(3) > 0;
        return new EndpointSlice
        {
            Metadata = new ObjectMeta { Name = key.Name, Namespace = key.Namespace },
            AddressType = isV4 ? "IPv4" : "IPv6",
            Endpoints = Enumerable.Range(0, random.Next(4)).Select(_ => new Endpoint
            {
                Addresses = [isV4 ? $"10.244.{random.Next(2)}.{random.Next(1, 6)}" : $"fd00:10::{random.Next(1, 6)}"],
                Hostname = Pick(random, Hosts),
                Conditions = new EndpointConditions { Ready = random.Next(3) switch { 0 => null, 1 => true, _ => false } },
            }).ToApiList(),
            Ports = new[]
            {
                new Api.Discovery.V1.EndpointPort { Name = "http", Port = 8080, Protocol = "TCP" },
                new Api.Discovery.V1.EndpointPort { Name = "metrics", Port = 9090, Protocol = "UDP" },
            }.Take(1 + random.Next(2)).ToApiList(),
        };
    }

    private static NameRecords? Find(DnsIndex index, string text)
    {
        var name = new QueryName(stackalloc char[WireLimits.Name], stackalloc byte[WireLimits.Labels + 1]);
        Assert.True(name.TryRead(NameText.ToWire(text)));
        return index.Find(name);
    }

    private static NameRecords? FindPointers(DnsIndex index, string text)
    {
        var name = new QueryName(stackalloc char[WireLimits.Name], stackalloc byte[WireLimits.Labels + 1]);
        Assert.True(name.TryRead(NameText.ToWire(text)));
        Assert.True(ReverseName.TryRead(name, out var address));
        return index.FindPointers(address);
    }

    private static string Data(ushort type, byte[] body) => type switch
    {
        RecordType.Address or RecordType.AddressV6 => new IPAddress(body.AsSpan(10)).ToString(),
        RecordType.Service => $"{body[12] << 8 | body[13]} {body[14] << 8 | body[15]} {NameText.ToText(body.AsSpan(16))}",
        _ => NameText.ToText(body.AsSpan(10)),
    };

    private static ushort Type(string address) => address.Contains(':', StringComparison.Ordinal) ? RecordType.AddressV6 : RecordType.Address;

    private static string Reverse(string address)
    {
        var bytes = IPAddress.Parse(address).GetAddressBytes();
        return bytes.Length == 4
            ? string.Join('.', bytes.Reverse()) + ".in-addr.arpa"
            : string.Join('.', Convert.ToHexStringLower(bytes).Reverse()) + ".ip6.arpa";
    }

    private static T Pick<T>(Random random, T[] values) => values[random.Next(values.Length)];
}
