using Keelson.Api;
using Keelson.Api.Meta.V1;
using Keelson.Api.Selectors;
using Keelson.Api.Values;
using Keelson.Client;
using Keelson.Client.Reconciling;
using Keelson.Client.Resources;

namespace Keelson.Control.Workloads;

/// <summary>Which objects belong to an owner: those that it owns and selects. Orphans that it selects it adopts, others it lets go.</summary>
internal sealed record Claims<T>(IReadOnlyList<T> Owned, IReadOnlyList<T> Adoptable, IReadOnlyList<T> Foreign)
    where T : class, IResource<T>
{
    /// <summary>Sorts the objects of the owner's namespace.</summary>
    public static Claims<T> Sort(IEnumerable<T> candidates, ObjectMeta owner, LabelQuery selector)
    {
        var owned = new List<T>();
        var adoptable = new List<T>();
        var foreign = new List<T>();
        foreach (var value in candidates)
        {
            var matches = selector.Matches(value.Metadata.Labels);
            if (Owners.ControllerOf(value.Metadata) is { } controller)
            {
                if (controller.Uid != owner.Uid) continue;
                // An owner that is being deleted changes nothing any more.
                if (matches || owner.DeletionTimestamp is not null) owned.Add(value);
                else foreign.Add(value);
            }
            else if (matches && owner.DeletionTimestamp is null && value.Metadata.DeletionTimestamp is null)
            {
                adoptable.Add(value);
            }
        }

        return new Claims<T>(owned, adoptable, foreign);
    }

    /// <summary>Adopts and lets go, and answers with what belongs to the owner then.</summary>
    public async Task<IReadOnlyList<T>> ApplyAsync<TOwner>(ApiClient client, TOwner owner, CancellationToken cancel)
        where TOwner : class, IResource<TOwner>
    {
        if (Adoptable.Count == 0 && Foreign.Count == 0) return Owned;
        var resource = client.Resource<T>().In(owner.Metadata.Namespace);
        var claimed = new List<T>(Owned);
        if (Adoptable.Count > 0)
        {
            // The cache may not know yet that the owner is gone, or is another one of the same name.
            var fresh = await client.Resource<TOwner>().In(owner.Metadata.Namespace).FindAsync(owner.Metadata.Name, cancel).ConfigureAwait(false);
            if (fresh?.Metadata.Uid != owner.Metadata.Uid || fresh.Metadata.DeletionTimestamp is not null)
            {
                throw new InvalidOperationException($"{owner.Metadata.Name} is gone or going, and adopts nothing.");
            }
        }

        foreach (var value in Adoptable)
        {
            if (await PatchAsync(resource, value, Reference(Owners.ControllerReference(owner)), cancel).ConfigureAwait(false) is { } adopted) claimed.Add(adopted);
        }

        foreach (var value in Foreign)
        {
            await PatchAsync(resource, value, MapValue.Of(("$patch", "delete"), ("uid", owner.Metadata.Uid)), cancel).ConfigureAwait(false);
        }

        return claimed;
    }

    // The uid makes the server refuse where another object has taken the name meanwhile.
    private static async Task<T?> PatchAsync(ResourceClient<T> resource, T value, MapValue reference, CancellationToken cancel)
    {
        var metadata = MapValue.Of(("uid", value.Metadata.Uid), ("ownerReferences", ListValue.Create([reference])));
        try
        {
            return await resource.PatchAsync(value.Metadata.Name, PatchBody.Strategic(MapValue.Of(("metadata", metadata))), cancel: cancel).ConfigureAwait(false);
        }
        catch (ApiException gone) when (gone.IsNotFound || gone.IsInvalid || gone.IsConflict)
        {
            return null;
        }
    }

    private static MapValue Reference(OwnerReference owner) => MapValue.Of(
        ("apiVersion", owner.ApiVersion),
        ("kind", owner.Kind),
        ("name", owner.Name),
        ("uid", owner.Uid),
        ("controller", true),
        ("blockOwnerDeletion", true));
}
