using Keelson.Api;
using Keelson.Api.Meta.V1;
using Keelson.Api.Values;
using Keelson.Client;
using Keelson.Client.Resources;

namespace Keelson.Control.Controllers.GarbageCollection;

/// <summary>Carries out what the collector decides, each time only on the version of the object that it decided about.</summary>
internal sealed class CollectionWriter(ApiClient client)
{
    public async Task<ObjectMeta?> FindAsync(ApiResource resource, ObjectKey key, CancellationToken cancel) =>
        (await client.Metadata(resource).In(key.Namespace).FindAsync(key.Name, cancel).ConfigureAwait(false))?.Metadata;

    /// <summary>Has a dependent name an owner no longer.</summary>
    public async Task StrikeAsync(GraphNode dependent, string owner, CancellationToken cancel)
    {
        if (await FindAsync(dependent.Resource, dependent.Key, cancel).ConfigureAwait(false) is not { } latest || latest.Uid != dependent.Uid) return;
        var kept = latest.OwnerReferences.RemoveAll(reference => reference.Uid == owner);
        if (kept.Count != latest.OwnerReferences.Count) await SetOwnersAsync(dependent.Resource, latest, kept, cancel).ConfigureAwait(false);
    }

    public Task SetOwnersAsync(ApiResource resource, ObjectMeta latest, ApiList<OwnerReference> owners, CancellationToken cancel) =>
        PatchAsync(resource, latest, "ownerReferences", ListValue.From(owners.Select(Reference)), cancel);

    public async Task RemoveFinalizerAsync(GraphNode node, string finalizer, CancellationToken cancel)
    {
        if (await FindAsync(node.Resource, node.Key, cancel).ConfigureAwait(false) is not { } latest || latest.Uid != node.Uid || !latest.Finalizers.Contains(finalizer)) return;
        var kept = latest.Finalizers.RemoveAll(other => other == finalizer);
        await PatchAsync(node.Resource, latest, "finalizers", ListValue.From(kept.Select(name => (Value)name)), cancel).ConfigureAwait(false);
    }

    public async Task DeleteAsync(ApiResource resource, ObjectMeta latest, string propagation, CancellationToken cancel)
    {
        var options = new DeleteOptions
        {
            PropagationPolicy = propagation,
            Preconditions = new Preconditions { Uid = latest.Uid, ResourceVersion = latest.ResourceVersion },
        };
        try
        {
            await client.Metadata(resource).In(latest.Namespace).DeleteAsync(latest.Name, options, cancel).ConfigureAwait(false);
        }
        catch (ApiException gone) when (gone.IsNotFound)
        {
            // That is what was wanted.
        }
    }

    private async Task PatchAsync(ApiResource resource, ObjectMeta latest, string field, Value value, CancellationToken cancel)
    {
        var metadata = MapValue.Of(("uid", latest.Uid), ("resourceVersion", latest.ResourceVersion), (field, value));
        try
        {
            await client.Metadata(resource).In(latest.Namespace)
                .PatchAsync(latest.Name, PatchBody.Merge(MapValue.Of(("metadata", metadata))), cancel: cancel).ConfigureAwait(false);
        }
        catch (ApiException gone) when (gone.IsNotFound)
        {
            // Then there is nothing left to change.
        }
    }

    private static Value Reference(OwnerReference owner)
    {
        var value = MapValue.Of(("apiVersion", owner.ApiVersion), ("kind", owner.Kind), ("name", owner.Name), ("uid", owner.Uid));
        if (owner.Controller is { } controller) value = value.With("controller", controller);
        if (owner.BlockOwnerDeletion is { } blocks) value = value.With("blockOwnerDeletion", blocks);
        return value;
    }
}
