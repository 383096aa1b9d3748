using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Client;
using Keelson.Client.Discovery;
using Keelson.Client.Informers;
using Keelson.Client.Reconciling;

namespace Keelson.Control.Controllers.Namespaces;

/// <summary>Empties a namespace that is being deleted, and lets it go once nothing is left in it.</summary>
internal sealed class NamespaceController : IController, IReconciler<Namespace>
{
    private readonly ControllerContext _context;
    private readonly Informer<Namespace> _namespaces;

    public NamespaceController(ControllerContext context)
    {
        _context = context;
        _namespaces = context.Informers.For<Namespace>();
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        using var loop = _context.Loop("namespace-controller", this).Watch(_namespaces);
        await loop.RunAsync(cancel).ConfigureAwait(false);
    }

    public async Task<Outcome> ReconcileAsync(ObjectKey key, CancellationToken cancel)
    {
        var space = _namespaces.Get(key);
        if (space?.Metadata.DeletionTimestamp is null || !space.Spec.Finalizers.Contains(FinalizerName.Kubernetes)) return Outcome.Done;
        var content = await EmptyAsync(key.Name, cancel).ConfigureAwait(false);
        var namespaces = _context.Client.Resource<Namespace>();
        var status = space.Status with { Phase = NamespacePhase.Terminating, Conditions = content.Conditions(space.Status.Conditions, _context.Now) };
        if (status != space.Status) space = await namespaces.UpdateStatusAsync(space with { Status = status }, cancel: cancel).ConfigureAwait(false);
        if (!content.IsEmpty) return Outcome.After(content.LookAgainAfter);
        var finalizers = space.Spec.Finalizers.RemoveAll(name => name == FinalizerName.Kubernetes);
        await namespaces.UpdateSubresourceAsync(space with { Spec = space.Spec with { Finalizers = finalizers } }, "finalize", cancel: cancel).ConfigureAwait(false);
        return Outcome.Done;
    }

    private async Task<NamespaceContent> EmptyAsync(string name, CancellationToken cancel)
    {
        var content = new NamespaceContent();
        var served = await _context.Client.Discovery.GetResourcesAsync(cancel).ConfigureAwait(false);
        foreach (var failure in served.Failures) content.Unknown(failure.GroupVersion, failure.Message);
        var resources = served.Resources
            .Where(entry => entry.Resource.IsNamespaced && entry.Can("list") && entry.Can("delete"))
            .DistinctBy(entry => (entry.Resource.Group, entry.Resource.Plural));
        foreach (var entry in resources)
        {
            try
            {
                content.Add(entry.Resource.ToString(), await DeleteAllAsync(entry, name, cancel).ConfigureAwait(false));
            }
            catch (ApiException failure) when (!failure.IsNotFound)
            {
                content.Fail(entry.Resource.ToString(), failure.Message);
            }
            catch (ApiException)
            {
                // The kind itself has just gone, and its objects with it.
            }
        }

        return content;
    }

    /// <summary>Deletes all objects of a kind and answers with those that are still there.</summary>
    private async Task<IReadOnlyList<PartialObjectMetadata>> DeleteAllAsync(ServedResource entry, string name, CancellationToken cancel)
    {
        var resource = _context.Client.Metadata(entry.Resource).In(name);
        var before = await resource.ListAsync(cancel: cancel).ConfigureAwait(false);
        if (before.Items.IsEmpty) return [];
        var options = new DeleteOptions { PropagationPolicy = DeletionPropagation.Background };
        if (entry.Can("deletecollection"))
        {
            await resource.DeleteCollectionAsync(options: options, cancel: cancel).ConfigureAwait(false);
        }
        else
        {
            foreach (var value in before.Items)
            {
                if (value.Metadata.DeletionTimestamp is null) await resource.DeleteAsync(value.Metadata.Name, options, cancel).ConfigureAwait(false);
            }
        }

        return (await resource.ListAsync(cancel: cancel).ConfigureAwait(false)).Items;
    }
}
