using System.Globalization;
using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Server.Http;

namespace Keelson.Server.Allocation;

/// <summary>Gives services their ports on nodes. Not made for several threads.</summary>
/// <param name="own">What the service has already. It stays its own until it is written without, so other writes to it may keep it too.</param>
/// <param name="isTaken">Whether some service has a port, under whichever protocol.</param>
internal sealed class PortAllocation(ServiceRanges ranges, Random random, HashSet<int> own, Func<int, bool> isTaken, Reservation reservation, PortMetrics metrics)
{
    /// <summary>Ranges of up to so many ports have no band of their own for those who choose a port themselves; default 16, as upstream.</summary>
    private const int LeastBand = 16;

    /// <exception cref="ApiException">There is none left, or not the one that is asked for.</exception>
    public Service Give(Service service)
    {
        var given = GiveHealthPort(GivePorts(service));
        var count = reservation.Ports.Count(port => !own.Contains(port));
        return count <= PortRecords.MaxAtOnce
            ? given
            : throw ServiceFields.Invalid(service, "spec.ports", Text(count), $"a service can get at most {PortRecords.MaxAtOnce} ports on nodes in one write");
    }

    private Service GivePorts(Service service)
    {
        if (service.Spec.Type is not (ServiceType.NodePort or ServiceType.LoadBalancer)) return service;
        var ports = service.Spec.Ports;

        // What was asked for goes first, so that what is drawn is never that. One number may have several protocols in one service.
        for (var i = 0; i < ports.Count; i++)
        {
            var wanted = ports[i].NodePort;
            if (wanted == 0) continue;
            if (WhyNot(wanted) is { } why) throw ServiceFields.Invalid(service, $"spec.ports[{i}].nodePort", Text(wanted), why);
            if (reservation.Ports.Add(wanted) && !own.Contains(wanted) && !reservation.IsTrial) metrics.Give(isChosen: true);
        }

        if (!ServiceFields.WantsPorts(service)) return service;
        for (var i = 0; i < ports.Count; i++)
        {
            if (ports[i].NodePort == 0) ports = ports.With(i, ports[i] with { NodePort = Shared(ports, i) ?? DrawPort() });
        }

        return service with { Spec = service.Spec with { Ports = ports } };
    }

    // The same port under two protocols, as DNS has it, is the same on nodes too.
    private static int? Shared(ApiList<ServicePort> ports, int index)
    {
        var port = ports[index];
        var other = ports.FindIndex(known => known.Port == port.Port && known.Protocol != port.Protocol && known.NodePort != 0);
        if (other < 0) return null;
        var number = ports[other].NodePort;
        return ports.Any(known => known.NodePort == number && known.Protocol == port.Protocol) ? null : number;
    }

    private Service GiveHealthPort(Service service)
    {
        if (!service.Spec.NeedsHealthCheckPort) return service;
        var port = service.Spec.HealthCheckNodePort;
        if (port == 0) return service with { Spec = service.Spec with { HealthCheckNodePort = DrawPort() } };
        var why = WhyNot(port) ?? (reservation.Ports.Contains(port) && !own.Contains(port) ? "provided port is already allocated" : null);
        if (why is not null) throw Failures.Internal($"failed to allocate requested HealthCheck NodePort {Text(port)}: {why}");
        if (reservation.Ports.Add(port) && !own.Contains(port) && !reservation.IsTrial) metrics.Give(isChosen: true);
        return service;
    }

    // What a service has is its own, whichever range there is by now.
    private string? WhyNot(int port)
    {
        if (own.Contains(port)) return null;
        var why = port < ranges.FirstPort || port > ranges.LastPort ? $"provided port is not in the valid range. The range of valid ports is {ranges.FirstPort}-{ranges.LastPort}"
            : isTaken(port) ? "provided port is already allocated"
            : null;
        if (why is not null && !reservation.IsTrial) metrics.Refuse(isChosen: true);
        return why;
    }

    private int DrawPort()
    {
        var band = ranges.PortCount <= LeastBand ? 0 : Math.Min(Math.Max(LeastBand, ranges.PortCount / 32), 128);
        foreach (var offset in Offsets(ranges.PortCount, band))
        {
            var port = ranges.FirstPort + offset;
            if (own.Contains(port) || isTaken(port) || !reservation.Ports.Add(port)) continue;
            if (!reservation.IsTrial) metrics.Give(isChosen: false);
            return port;
        }

        if (!reservation.IsTrial) metrics.Refuse(isChosen: false);
        throw Failures.Internal("failed to allocate a nodePort: range is full");
    }

    /// <summary>All offsets below a count: from a random one above the band around to it, then the band.</summary>
    private IEnumerable<int> Offsets(int count, int band)
    {
        var upper = count - band;
        var start = random.Next(upper);
        for (var i = 0; i < upper; i++) yield return band + ((start + i) % upper);
        for (var i = 0; i < band; i++) yield return i;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
