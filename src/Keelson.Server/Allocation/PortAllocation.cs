using System.Globalization;
using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Server.Http;

namespace Keelson.Server.Allocation;

/// <summary>Gives services their ports on nodes. Not made for several threads.</summary>
/// <param name="isTaken">Whether another service has a port.</param>
internal sealed class PortAllocation(ServiceRanges ranges, Random random, Func<(string Protocol, int Port), bool> isTaken, Reservation reservation)
{
    public Service Give(Service service) => GiveHealthPort(GivePorts(service));

    private Service GivePorts(Service service)
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
                : isTaken((protocol, wanted)) ? "provided port is already allocated" : null;
            if (why is not null) throw ServiceFields.Invalid(service, $"spec.ports[{i}].nodePort", Text(wanted), why);
            reservation.Ports.Add((protocol, wanted));
        }

        if (!ServiceFields.WantsPorts(service)) return service;
        for (var i = 0; i < ports.Count; i++)
        {
            if (ports[i].NodePort != 0) continue;
            var drawn = Shared(ports, i) ?? DrawPort();
            reservation.Ports.Add((ports[i].Protocol, drawn));
            ports = ports.With(i, ports[i] with { NodePort = drawn });
        }

        return service with { Spec = service.Spec with { Ports = ports } };
    }

    // The same port under two protocols, as DNS has it, is the same on nodes too.
    private int? Shared(ApiList<ServicePort> ports, int index)
    {
        var port = ports[index];
        var other = ports.FindIndex(known => known.Port == port.Port && known.Protocol != port.Protocol && known.NodePort != 0);
        if (other < 0) return null;
        var key = (port.Protocol, ports[other].NodePort);
        return isTaken(key) || reservation.Ports.Contains(key) ? null : ports[other].NodePort;
    }

    private Service GiveHealthPort(Service service)
    {
        if (!service.Spec.NeedsHealthCheckPort) return service;
        var port = service.Spec.HealthCheckNodePort;
        if (port == 0)
        {
            port = DrawPort();
        }
        else if (port < ranges.FirstPort || port > ranges.LastPort || isTaken((Protocol.TCP, port)))
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
    private int DrawPort()
    {
        var band = Math.Min(Math.Max(16, ranges.PortCount / 32), 128);
        foreach (var offset in Offsets(ranges.PortCount, band))
        {
            var port = ranges.FirstPort + offset;
            var isFree = ((string[])[Protocol.TCP, Protocol.UDP, Protocol.SCTP]).All(protocol =>
                !isTaken((protocol, port)) && !reservation.Ports.Contains((protocol, port)));
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
