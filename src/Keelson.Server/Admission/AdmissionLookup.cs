using System.Text;
using Keelson.Api;
using Keelson.Server.Cache;
using Keelson.Server.Objects;
using Keelson.Server.Registry;
using Keelson.Server.Storing;

namespace Keelson.Server.Admission;

/// <summary>Finds the objects that a decision depends on, in the server's caches once these have what the server itself wrote.</summary>
internal sealed class AdmissionLookup(ObjectStore objects, ResourceRegistry registry)
{
    public ObjectStore Objects => objects;

    public ResourceRegistry Registry => registry;

    public RegisteredResource Resource(string group, string plural) =>
        registry.Find(group, "v1", plural) ?? throw new InvalidOperationException($"{plural} are not registered");

    public async ValueTask<T?> FindAsync<T>(string group, string plural, string space, string name, CancellationToken cancel)
        where T : class, IResource =>
        (await objects.GetAsync(Resource(group, plural), new ObjectName(space, name), cancel).ConfigureAwait(false))?.Object.Typed as T;

    /// <summary>All objects of a kind; with a namespace only those in it.</summary>
    public async ValueTask<IEnumerable<T>> ListAsync<T>(string group, string plural, string space, CancellationToken cancel)
        where T : class, IResource =>
        (await ListAsync(Resource(group, plural), space, cancel).ConfigureAwait(false)).Select(item => (T)item.Object.Typed!);

    /// <summary>All objects of a resource in a namespace, for a limit that must not be passed over because it can't be read.</summary>
    /// <exception cref="Http.ApiException">One of them can't be read, and the write is nothing that the server does at its start.</exception>
    public async ValueTask<IEnumerable<CachedObject>> ListLimitsAsync(RegisteredResource resource, AdmissionRequest request, CancellationToken cancel)
    {
        var state = await StateAsync(resource, cancel).ConfigureAwait(false);
        var space = request.Name.Namespace;
        if (!state.Damaged.IsEmpty && !Undecided.MayPass(request))
        {
            var damaged = state.Damaged.In(Encoding.UTF8.GetBytes(space + "/"), Encoding.UTF8.GetBytes(space + "0")).FirstOrDefault();
            if (damaged is not null) throw Undecided.Refusal(resource, damaged);
        }

        return await ListAsync(resource, space, cancel).ConfigureAwait(false);
    }

    public async ValueTask<IEnumerable<CachedObject>> ListAsync(RegisteredResource resource, string space, CancellationToken cancel)
    {
        var index = (await StateAsync(resource, cancel).ConfigureAwait(false)).Index;
        if (index.Count == 0) return [];

        // The key after all that begin with the namespace and a slash begins with the sign behind the slash.
        return space.Length == 0 ? index.All : index.Range(Encoding.UTF8.GetBytes(space + "/"), Encoding.UTF8.GetBytes(space + "0"));
    }

    /// <summary>All objects of a resource with what of them can't be read.</summary>
    public async ValueTask<CacheState> StateAsync(RegisteredResource resource, CancellationToken cancel) =>
        // A cache that lags, or has lost its watch, must not hold up writes.
        objects.HasOwn ? objects.Feed.CacheOf(resource).State : await objects.ReadHistoryAsync(resource, 0, cancel).ConfigureAwait(false);
}
