using System.Globalization;
using System.Net;
using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Server.Http;
using Keelson.Server.Objects;
using Keelson.Server.Registry;
using Keelson.Server.Storing;

namespace Keelson.Server.Allocation;

/// <summary>Gives services their addresses in the cluster and their ports on nodes.</summary>
/// <remarks>
/// What is taken is what the services say, and what writes under way have reserved here: nothing is kept beside the services, so
/// nothing can be lost or left over by a crash. Servers that share a store can in one moment give the same to two services.
/// </remarks>
internal sealed class ServiceAllocator(ObjectStore objects, RegisteredResource services, ServiceRanges ranges, TimeProvider time, Random random)
{
    private readonly Lock _lock = new();
    private readonly Reservations _reservations = new();

    /// <summary>Fills in what the server gives a service. The answer's reservation is null for whatever is no service.</summary>
    public async ValueTask<(ApiObject Value, Reservation? Reservation)> AssignAsync(RegisteredResource resource, ApiObject value, ApiObject? current, bool dryRun, CancellationToken cancel)
    {
        if (resource.KeyPrefix != services.KeyPrefix) return (value, null);
        await objects.CatchUpAsync(cancel).ConfigureAwait(false);
        var service = ServiceFields.WithFamilies(ServiceFields.Carry((Service)value.Typed!, current?.Typed as Service));
        lock (_lock)
        {
            // The revision first: what is pruned by it is in the state that is read after it.
            _reservations.Prune(objects.Feed.Revision, time.GetUtcNow());
            var own = new Reservation(time);
            if (current?.Typed is Service old) Add(old, own);
            var taken = Taken(own);
            var reservation = new Reservation(time);
            var assigned = GiveHealthPort(GivePorts(GiveAddress(service, taken, reservation), taken, reservation), taken, reservation);
            if (!dryRun) _reservations.Add(reservation);
            return (new TypedObject(assigned), reservation);
        }
    }

    /// <summary>What is taken by others. What a service has stays its own until it is written without, so other writes to it may keep it too.</summary>
    private Reservation Taken(Reservation own)
    {
        var taken = new Reservation(time);
        foreach (var item in objects.Feed.CacheOf(services).State.Index.All)
        {
            if (item.Object.Typed is Service service) Add(service, taken);
        }

        foreach (var held in _reservations.Held)
        {
            taken.Addresses.UnionWith(held.Addresses);
            taken.Ports.UnionWith(held.Ports);
        }

        taken.Addresses.ExceptWith(own.Addresses);
        taken.Ports.ExceptWith(own.Ports);
        return taken;
    }

    private static void Add(Service service, Reservation taken)
    {
        taken.Addresses.UnionWith(service.Spec.ClusterIPs);
        foreach (var port in service.Spec.Ports)
        {
            if (port.NodePort != 0) taken.Ports.Add((port.Protocol, port.NodePort));
        }

        if (service.Spec.HealthCheckNodePort != 0) taken.Ports.Add((Protocol.TCP, service.Spec.HealthCheckNodePort));
    }

    private Service GiveAddress(Service service, Reservation taken, Reservation reservation)
    {
        if (!ServiceFields.HasAddress(service) || service.Spec.IsHeadless) return service;
        if (service.Spec.ClusterIP.Length == 0 && service.Spec.ClusterIPs.IsEmpty)
        {
            var given = DrawAddress(service, taken);
            reservation.Addresses.Add(given);
            return service with { Spec = service.Spec with { ClusterIP = given, ClusterIPs = [given] } };
        }

        // What is no address, or more of them than there are families, is for the validation to refuse.
        foreach (var address in service.Spec.ClusterIPs)
        {
            if (!IPAddress.TryParse(address, out var parsed)) continue;
            var why = !ranges.Has(parsed) ? $"the provided IP ({address}) is not in the valid range. The range of valid IPs is {ranges.Addresses}"
                : taken.Addresses.Contains(address) ? "provided IP is already allocated"
                : null;
            var shown = string.Join(',', service.Spec.ClusterIPs.Select(text => $"\"{text}\""));
            if (why is not null) throw ServiceFields.Invalid(service, "spec.clusterIPs", $"[{shown}]", $"failed to allocate IP {address}: {why}");
            reservation.Addresses.Add(address);
        }

        return service;
    }

    private string DrawAddress(Service service, Reservation taken)
    {
        // The lower band is left to those who choose an address themselves, as long as the upper one lasts.
        var band = Math.Min(Math.Max(16, ranges.Count / 16), 256);
        foreach (var offset in Offsets(ranges.Count, band))
        {
            var address = ranges.At(offset + 1).ToString();
            if (service.Metadata is not { Name: "kubernetes", Namespace: "default" } && offset == 0) continue;
            if (!taken.Addresses.Contains(address)) return address;
        }

        throw Failures.Internal("failed to allocate a serviceIP: range is full");
    }

    private Service GivePorts(Service service, Reservation taken, Reservation reservation)
    {
        if (service.Spec.Type is not (ServiceType.NodePort or ServiceType.LoadBalancer)) return service;
        var ports = service.Spec.Ports;

        // What was asked for goes first, so that what is drawn is never that.
        for (var i = 0; i < ports.Count; i++)
        {
            var (protocol, wanted) = (ports[i].Protocol, ports[i].NodePort);
            if (wanted == 0) continue;
            var why = wanted < ranges.FirstPort || wanted > ranges.LastPort
                ? $"provided port is not in the valid range. The range of valid ports is {ranges.FirstPort}-{ranges.LastPort}"
                : taken.Ports.Contains((protocol, wanted)) ? "provided port is already allocated" : null;
            if (why is not null) throw ServiceFields.Invalid(service, $"spec.ports[{i}].nodePort", Text(wanted), why);
            reservation.Ports.Add((protocol, wanted));
        }

        if (!ServiceFields.WantsPorts(service)) return service;
        for (var i = 0; i < ports.Count; i++)
        {
            if (ports[i].NodePort != 0) continue;
            var drawn = Shared(ports, i, taken, reservation) ?? DrawPort(taken, reservation);
            reservation.Ports.Add((ports[i].Protocol, drawn));
            ports = ports.With(i, ports[i] with { NodePort = drawn });
        }

        return service with { Spec = service.Spec with { Ports = ports } };
    }

    // The same port under two protocols, as DNS has it, is the same on nodes too.
    private static int? Shared(ApiList<ServicePort> ports, int index, Reservation taken, Reservation reservation)
    {
        var port = ports[index];
        var other = ports.FindIndex(known => known.Port == port.Port && known.Protocol != port.Protocol && known.NodePort != 0);
        if (other < 0) return null;
        var key = (port.Protocol, ports[other].NodePort);
        return taken.Ports.Contains(key) || reservation.Ports.Contains(key) ? null : ports[other].NodePort;
    }

    private Service GiveHealthPort(Service service, Reservation taken, Reservation reservation)
    {
        if (!service.Spec.NeedsHealthCheckPort) return service;
        var port = service.Spec.HealthCheckNodePort;
        if (port == 0)
        {
            port = DrawPort(taken, reservation);
        }
        else if (port < ranges.FirstPort || port > ranges.LastPort || taken.Ports.Contains((Protocol.TCP, port)))
        {
            var why = port < ranges.FirstPort || port > ranges.LastPort
                ? $"provided port is not in the valid range. The range of valid ports is {ranges.FirstPort}-{ranges.LastPort}"
                : "provided port is already allocated";
            throw Failures.Internal($"failed to allocate requested HealthCheck NodePort {Text(port)}: {why}");
        }

        reservation.Ports.Add((Protocol.TCP, port));
        return service with { Spec = service.Spec with { HealthCheckNodePort = port } };
    }

    // A drawn port is free under every protocol, so that another can join it later.
    private int DrawPort(Reservation taken, Reservation reservation)
    {
        var band = Math.Min(Math.Max(16, ranges.PortCount / 32), 128);
        foreach (var offset in Offsets(ranges.PortCount, band))
        {
            var port = ranges.FirstPort + offset;
            var isFree = ((string[])[Protocol.TCP, Protocol.UDP, Protocol.SCTP]).All(protocol =>
                !taken.Ports.Contains((protocol, port)) && !reservation.Ports.Contains((protocol, port)));
            if (isFree) return port;
        }

        throw Failures.Internal("failed to allocate a nodePort: range is full");
    }

    /// <summary>All offsets below a count: from a random one above the band around to it, then the band.</summary>
    private IEnumerable<int> Offsets(int count, int band)
    {
        band = Math.Min(band, count - 1);
        var (upper, start) = (count - band, 0);
        start = random.Next(upper);
        for (var i = 0; i < upper; i++) yield return band + ((start + i) % upper);
        for (var i = 0; i < band; i++) yield return i;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
