using Keelson.Api.Core.V1;
using Keelson.Api.Discovery.V1;
using Keelson.Api.Meta.V1;
using Keelson.Client;
using Keelson.Client.Informers;
using Keelson.Client.Reconciling;

namespace Keelson.Control.Controllers.EndpointSlices;

/// <summary>Lists the pods behind each service that selects some, in slices and in the older Endpoints.</summary>
internal sealed class EndpointSliceController : IController, IReconciler<Service>
{
    private const string ZoneLabel = "topology.kubernetes.io/zone";

    private readonly ControllerContext _context;
    private readonly Expectations _expectations;
    private readonly Informer<Service> _services;
    private readonly Informer<Pod> _pods;
    private readonly Informer<Node> _nodes;
    private readonly Informer<EndpointSlice> _slices;
    private readonly Informer<Endpoints> _endpoints;

    public EndpointSliceController(ControllerContext context)
    {
        _context = context;
        _expectations = new Expectations(context.Time);
        _services = context.Informers.For<Service>();
        _pods = context.Informers.For<Pod>();
        _nodes = context.Informers.For<Node>();
        _slices = context.Informers.For<EndpointSlice>().AddLabelIndex(EndpointSlicePlan.ServiceLabel);
        _endpoints = context.Informers.For<Endpoints>();
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        using var observer = _slices.AddHandler(new InformerHandler<EndpointSlice>
        {
            Added = slice =>
            {
                foreach (var key in ServiceOf(slice)) _expectations.CreationObserved(key);
            },
        });
        using var loop = _context.Loop("endpointslice-controller", this)
            .Watch(_services).Watch(_pods, Affected).Watch(_slices, ServiceOf)
            .Watch(_endpoints, endpoints => endpoints.Metadata.Labels.GetValueOrDefault(EndpointsPlan.ManagedLabel) == EndpointsPlan.ManagedValue ? [new ObjectKey(endpoints.Metadata.Namespace, endpoints.Metadata.Name)] : [])
            .Watch(_nodes, _ => []);
        await loop.RunAsync(cancel).ConfigureAwait(false);
    }

    public async Task<Outcome> ReconcileAsync(ObjectKey key, CancellationToken cancel)
    {
        var service = _services.Get(key);
        if (service is null)
        {
            _expectations.Forget(key);
            await DeleteEndpointsAsync(key, cancel).ConfigureAwait(false);
            return Outcome.Done;
        }

        // Without a selector somebody else lists the addresses; a service that goes takes its slices with it.
        if (service.Spec.Selector.IsEmpty || service.Spec.Type == ServiceType.ExternalName || service.Metadata.DeletionTimestamp is not null) return Outcome.Done;
        var pods = _pods.Snapshot.InNamespace(key.Namespace).ToList();
        if (_expectations.IsSatisfied(key))
        {
            var slices = _slices.Snapshot.ByIndex("label:" + EndpointSlicePlan.ServiceLabel, key.Name).Where(slice => slice.Metadata.Namespace == key.Namespace && IsManaged(slice)).ToList();
            await ApplyAsync(key, EndpointSlicePlan.Compute(service, pods, slices, Zone), cancel).ConfigureAwait(false);
        }

        await WriteEndpointsAsync(service, pods, cancel).ConfigureAwait(false);
        return Outcome.Done;
    }

    private async Task ApplyAsync(ObjectKey key, EndpointSlicePlan plan, CancellationToken cancel)
    {
        var slices = _context.Client.Resource<EndpointSlice>();
        if (plan.Create.Count > 0) _expectations.Expect(key, plan.Create.Count);
        foreach (var slice in plan.Create)
        {
            try
            {
                await slices.CreateAsync(slice, cancel: cancel).ConfigureAwait(false);
            }
            catch (ApiException failure)
            {
                _expectations.Forget(key);
                if (failure.IsNamespaceTerminating) return;
                throw;
            }
        }

        foreach (var slice in plan.Update) await slices.UpdateAsync(slice, cancel: cancel).ConfigureAwait(false);
        foreach (var slice in plan.Delete)
        {
            try
            {
                await slices.DeleteAsync(new ObjectKey(slice.Metadata.Namespace, slice.Metadata.Name), cancel: cancel).ConfigureAwait(false);
            }
            catch (ApiException gone) when (gone.IsNotFound)
            {
                // That is what was wanted.
            }
        }
    }

    private async Task WriteEndpointsAsync(Service service, List<Pod> pods, CancellationToken cancel)
    {
        var current = _endpoints.Get(new ObjectKey(service.Metadata.Namespace, service.Metadata.Name));
        var wanted = EndpointsPlan.Compute(service, pods, current);
        if (wanted == current) return;
        try
        {
            var endpoints = _context.Client.Resource<Endpoints>();
            if (current is null) await endpoints.CreateAsync(wanted, cancel: cancel).ConfigureAwait(false);
            else await endpoints.UpdateAsync(wanted, cancel: cancel).ConfigureAwait(false);
        }
        catch (ApiException late) when (late.IsNamespaceTerminating || (current is null && late.IsAlreadyExists))
        {
            // The namespace goes, or the event of the object that is there comes.
        }
    }

    private async Task DeleteEndpointsAsync(ObjectKey key, CancellationToken cancel)
    {
        if (_endpoints.Get(key) is not { } left || left.Metadata.Labels.GetValueOrDefault(EndpointsPlan.ManagedLabel) != EndpointsPlan.ManagedValue) return;
        try
        {
            var options = new DeleteOptions { Preconditions = new Api.Meta.V1.Preconditions { Uid = left.Metadata.Uid } };
            await _context.Client.Resource<Endpoints>().DeleteAsync(key, options, cancel).ConfigureAwait(false);
        }
        catch (ApiException gone) when (gone.IsNotFound)
        {
            // That is what was wanted.
        }
    }

    private string? Zone(string node) => _nodes.Get(new ObjectKey("", node))?.Metadata.Labels.GetValueOrDefault(ZoneLabel);

    private static bool IsManaged(EndpointSlice slice) => slice.Metadata.Labels.GetValueOrDefault(EndpointSlicePlan.ManagedLabel) == EndpointSlicePlan.ManagedValue;

    private static IEnumerable<ObjectKey> ServiceOf(EndpointSlice slice) =>
        IsManaged(slice) && slice.Metadata.Labels.GetValueOrDefault(EndpointSlicePlan.ServiceLabel) is { } name ? [new ObjectKey(slice.Metadata.Namespace, name)] : [];

    private IEnumerable<ObjectKey> Affected(Pod pod) =>
        from service in _services.Snapshot.InNamespace(pod.Metadata.Namespace)
        where !service.Spec.Selector.IsEmpty && service.Spec.Selector.All(entry => pod.Metadata.Labels.GetValueOrDefault(entry.Key) == entry.Value)
        select new ObjectKey(service.Metadata.Namespace, service.Metadata.Name);
}
