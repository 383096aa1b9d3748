using System.Text;
using Keelson.Api.Core.V1;
using Keelson.Api.Names;
using Keelson.Server.Http;
using Keelson.Server.Objects;
using Keelson.Server.Registry;
using Keelson.Server.Storing;

namespace Keelson.Server.Allocation;

/// <summary>Gives services their addresses in the cluster and their ports on nodes.</summary>
/// <remarks>
/// An address is taken while there is an IPAddress object of its name, and a port while there is a record of it; both are written with
/// the service, or not at all. What services say counts as well, for those that have no such record yet.
/// </remarks>
internal sealed class ServiceAllocator(ObjectStore objects, RegisteredResource services, AddressRecords records, PortRecords portRecords, ServiceRangeSet addressRanges, ServiceRanges ranges, TimeProvider time, Random random)
{
    /// <summary>Addresses that are drawn before a range is gone through one by one, as only a nearly full one needs; default 64.</summary>
    private const int MaxDraws = 64;

    private readonly Lock _lock = new();
    private readonly Reservations _reservations = new();
    private readonly ServiceHoldings _holdings = new(objects.Feed.CacheOf(services));
    private readonly AllocationMetrics _metrics = new();
    private readonly PortMetrics _portMetrics = new();
    private readonly ServiceFamilies _families = new(services, ranges.Families);

    /// <summary>Fills in what the server gives a service. The answer's reservation is null for whatever is no service.</summary>
    public async ValueTask<(ApiObject Value, Reservation? Reservation)> AssignAsync(RegisteredResource resource, ApiObject value, ApiObject? current, bool dryRun, CancellationToken cancel)
    {
        if (resource.KeyPrefix != services.KeyPrefix) return (value, null);
        await objects.CatchUpAsync(cancel).ConfigureAwait(false);
        var old = current?.Typed as Service;
        var service = _families.Settle(ServiceFields.Carry((Service)value.Typed!, old), old);
        lock (_lock)
        {
            // The revision first: what is pruned by it is in the state that is read after it.
            _reservations.Prune(objects.Feed.Revision, time.GetUtcNow());
            _holdings.TakeUp();
            var reservation = new Reservation(time) { IsTrial = dryRun };
            var own = old is null ? [] : ServiceHoldings.PortsOf(old);
            var ports = new PortAllocation(ranges, random, own, IsTaken, reservation, _portMetrics);
            var assigned = ports.Give(GiveAddresses(service, old, reservation));
            if (!dryRun) _reservations.Add(reservation);
            return (new TypedObject(assigned), reservation);
        }
    }

    /// <summary>Writes what was given, and what there is of each range, in Prometheus' text format.</summary>
    public void WriteMetrics(StringBuilder text)
    {
        IReadOnlyList<NetworkRange> all;
        lock (_lock) all = addressRanges.Ready;
        _metrics.Write(text, all, [.. records.Addresses]);
        _portMetrics.Write(text, ranges.PortCount, portRecords.All().Count(port => port >= ranges.FirstPort && port <= ranges.LastPort));
    }

    private bool IsTaken(string address) =>
        records.Has(address) || _holdings.HasAddress(address) || _reservations.Held.Any(held => held.Addresses.Contains(address));

    private bool IsTaken(int port) => portRecords.Has(port) || _holdings.HasPort(port) || _reservations.Held.Any(held => held.Ports.Contains(port));

    private Service GiveAddresses(Service service, Service? old, Reservation reservation)
    {
        if (!ServiceFields.HasAddress(service) || service.Spec.IsHeadless) return service;
        var (addresses, families) = (service.Spec.ClusterIPs, service.Spec.IpFamilies);
        var first = 0;
        if (old is not null && ServiceFields.HasAddress(old))
        {
            // What it has is its own, whichever ranges there are by now; only a second family can come to it.
            if (old.Spec.IsHeadless || old.Spec.IpFamilies.Count != 1 || families.Count != 2 || addresses.IsEmpty) return service;
            first = 1;
        }

        for (var i = first; i < families.Count; i++)
        {
            if (i < addresses.Count) Claim(service, addresses[i], reservation);
            else addresses = addresses.Add(Draw(service, families[i] == IPFamily.IPv6, reservation));
        }

        return addresses.IsEmpty ? service : service with { Spec = service.Spec with { ClusterIP = addresses[0], ClusterIPs = addresses } };
    }

    // What is no address is for the validation to refuse.
    private void Claim(Service service, string text, Reservation reservation)
    {
        if (!NetworkAddress.TryParse(text, out var address)) return;
        var range = addressRanges.Ready.Where(range => range.Has(address)).Select(range => (NetworkRange?)range).FirstOrDefault();
        var why = range is null
            ? $"the provided IP ({text}) is not in the valid range. The range of valid IPs is {string.Join(", ", addressRanges.Ready.Where(range => range.IsIPv6 == address.IsIPv6))}"
            : IsTaken(address.ToString()) ? "provided IP is already allocated"
            : null;
        if (why is null)
        {
            if (!reservation.IsTrial) _metrics.Give(range!.Value, isChosen: true);
            reservation.Addresses.Add(address.ToString());
            return;
        }

        if (!reservation.IsTrial) _metrics.Refuse(range, isChosen: true);
        var shown = string.Join(',', service.Spec.ClusterIPs.Select(one => $"\"{one}\""));
        throw ServiceFields.Invalid(service, "spec.clusterIPs", $"[{shown}]", $"failed to allocate IP {text}: {why}");
    }

    private string Draw(Service service, bool isIPv6, Reservation reservation)
    {
        // The first address of all is kept for the server's own service.
        var isOwn = service.Metadata is { Name: "kubernetes", Namespace: "default" };
        var kept = isOwn || ranges.All[0].IsIPv6 != isIPv6 ? null : ranges.All[0].At(0).ToString();
        foreach (var range in addressRanges.Ready)
        {
            if (range.IsIPv6 != isIPv6) continue;

            // The lower band is left to those who choose an address themselves, as long as the upper one lasts.
            var band = range.Band < range.Count ? range.Band : 0;
            if ((Draw(range, band, range.Count - band, kept) ?? Draw(range, 0, band, kept)) is not { } drawn)
            {
                if (!reservation.IsTrial) _metrics.Refuse(range, isChosen: false);
                continue;
            }

            if (!reservation.IsTrial) _metrics.Give(range, isChosen: false);
            reservation.Addresses.Add(drawn);
            return drawn;
        }

        throw Failures.Internal("failed to allocate a serviceIP: range is full");
    }

    private string? Draw(NetworkRange range, UInt128 from, UInt128 count, string? kept)
    {
        if (count == 0) return null;
        for (var i = 0; i < MaxDraws; i++)
        {
            if (TryAt(range, from + Below(count), kept) is { } free) return free;
        }

        var start = Below(count);
        for (UInt128 i = 0; i < count; i++)
        {
            if (TryAt(range, from + ((start + i) % count), kept) is { } free) return free;
        }

        return null;
    }

    private string? TryAt(NetworkRange range, UInt128 place, string? kept)
    {
        var address = range.At(place).ToString();
        return address == kept || IsTaken(address) ? null : address;
    }

    private UInt128 Below(UInt128 count) => (UInt128)random.NextInt64(count > long.MaxValue ? long.MaxValue : (long)count);
}
