using Keelson.Api.Names;
using Keelson.Api.Networking.V1;
using Keelson.Client;
using Keelson.Client.Informers;
using Keelson.Client.Reconciling;

namespace Keelson.Control.Controllers.ServiceRanges;

/// <summary>Says which ranges of addresses for services are ready, and keeps one that is deleted as long as services have addresses from it.</summary>
internal sealed class ServiceRangeController : IController, IReconciler<ServiceCIDR>
{
    public const string Name = "service-cidr-controller";

    private readonly ControllerContext _context;
    private readonly Informer<ServiceCIDR> _ranges;
    private readonly Informer<IPAddress> _addresses;

    public ServiceRangeController(ControllerContext context)
    {
        _context = context;
        _ranges = context.Informers.For<ServiceCIDR>();
        _addresses = context.Informers.For<IPAddress>();
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        using var loop = _context.Loop(Name, this).Watch(_ranges).Watch(_ranges, Overlapping).Watch(_addresses, Deleted);
        await loop.RunAsync(cancel).ConfigureAwait(false);
    }

    public async Task<Outcome> ReconcileAsync(ObjectKey key, CancellationToken cancel)
    {
        if (_ranges.Get(key) is not { } range) return Outcome.Done;
        var plan = ServiceRangePlan.Compute(range, _ranges.Snapshot.All, _addresses.Snapshot.All, _context.Now);
        var client = _context.Client.Resource<ServiceCIDR>();
        try
        {
            if (plan.Finalizers is { } finalizers) range = await client.UpdateAsync(range with { Metadata = range.Metadata with { Finalizers = finalizers } }, cancel: cancel).ConfigureAwait(false);
            if (plan.Ready is { } ready)
            {
                var told = new ServiceCIDR { ApiVersion = range.ApiVersion, Kind = range.Kind, Metadata = new() { Name = range.Metadata.Name }, Status = new ServiceCIDRStatus { Conditions = [ready] } };
                await client.ApplyAsync(told, Name, force: true, "status", cancel).ConfigureAwait(false);
            }
        }
        catch (ApiException gone) when (gone.IsNotFound)
        {
            // Then there is nothing to keep.
        }

        return plan.Again is { } again ? Outcome.After(again) : Outcome.Done;
    }

    // Another range may come to cover what one that is going is still needed for.
    private IEnumerable<ObjectKey> Overlapping(ServiceCIDR changed)
    {
        var parts = ServiceRangePlan.Parse(changed).ToList();
        return _ranges.Snapshot.All.Where(other => ServiceRangePlan.Parse(other).Any(part => parts.Any(part.Overlaps))).Select(other => new ObjectKey("", other.Metadata.Name));
    }

    // Addresses matter to ranges that are deleted; to ask for them at each service would be work for nothing.
    private IEnumerable<ObjectKey> Deleted(IPAddress changed)
    {
        if (!ServiceRangePlan.IsManaged(changed) || !NetworkAddress.TryParse(changed.Metadata.Name, out var address)) return [];
        return _ranges.Snapshot.All
            .Where(range => range.Metadata.DeletionTimestamp is not null && ServiceRangePlan.Parse(range).Any(part => part.Has(address)))
            .Select(range => new ObjectKey("", range.Metadata.Name));
    }
}
