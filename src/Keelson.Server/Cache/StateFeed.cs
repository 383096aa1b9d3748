using System.Collections.Concurrent;
using System.Text;
using Keelson.Server.Registry;
using Keelson.Storage;

namespace Keelson.Server.Cache;

/// <summary>Follows the whole state with one range and one watch, and tells every resource's cache what concerns it.</summary>
internal sealed class StateFeed(IStore store, ResourceRegistry registry, TimeProvider time) : IAsyncDisposable
{
    private const string Prefix = "/registry/";

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    /// <summary>How often the store says how far it is when nothing happens; default 10 seconds.</summary>
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, ResourceCache> _caches = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();
    private readonly PriorityQueue<TaskCompletionSource, long> _waiting = new();
    private readonly Lock _gate = new();
    private Task _following = Task.CompletedTask;
    private long _revision;
    private string? _fault;

    /// <summary>Every cache has all changes up to this revision.</summary>
    public long Revision => Volatile.Read(ref _revision);

    /// <summary>Why the state is not being followed at the moment; null where all is well.</summary>
    public string? Fault => Volatile.Read(ref _fault);

    public int ResourceCount => _caches.Count;

    /// <summary>Reads the whole state, then follows it until the feed is disposed.</summary>
    public async Task StartAsync(CancellationToken cancel)
    {
        await LoadAsync(replace: false, cancel).ConfigureAwait(false);
        _following = FollowAsync(_stopping.Token);
    }

    /// <summary>The cache of a resource, made when it is first asked for.</summary>
    public ResourceCache CacheOf(RegisteredResource resource)
    {
        var cache = _caches.GetOrAdd(resource.KeyPrefix, static (_, args) => new ResourceCache(args.resource.KeyPrefixBytes, args.resource.Storage, args.self.Revision), (resource, self: this));
        if (cache.Resource is null) cache.Resource = resource.Storage;
        return cache;
    }

    /// <summary>The cache of what the server keeps for itself under a prefix of two parts, "/registry/group/kind/".</summary>
    public ResourceCache CacheAt(string prefix) => _caches.GetOrAdd(prefix, static (prefix, self) => self.Make(prefix), this);

    /// <summary>Waits until every cache has all changes up to a revision.</summary>
    public Task WaitForAsync(long revision, CancellationToken cancel)
    {
        if (Revision >= revision) return Task.CompletedTask;
        TaskCompletionSource reached;
        lock (_gate)
        {
            if (Revision >= revision) return Task.CompletedTask;
            reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(reached, revision);
        }

        return reached.Task.WaitAsync(cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _following.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task LoadAsync(bool replace, CancellationToken cancel)
    {
        var range = await store.RangeAsync(new RangeRequest(KeyRange.Prefix(Encoding.UTF8.GetBytes(Prefix))), cancel).ConfigureAwait(false);
        var items = new Dictionary<ResourceCache, List<StoredItem>>();

        // Every resource that is known remembers from here on, also those that have no objects yet.
        foreach (var resource in registry.All.Where(resource => resource.IsStored)) CacheOf(resource);
        foreach (var item in range.Items)
        {
            if (Find(item.Key.Span) is not { } cache) continue;
            if (!items.TryGetValue(cache, out var list)) items[cache] = list = [];
            list.Add(item);
        }

        foreach (var cache in _caches.Values)
        {
            var own = items.GetValueOrDefault(cache) ?? [];
            if (replace) cache.Replace(own, range.Revision);
            else cache.Load(own, range.Revision);
        }

        Reach(range.Revision);
    }

    private async Task FollowAsync(CancellationToken cancel)
    {
        var delay = FirstDelay;
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                var request = new WatchRequest(KeyRange.Prefix(Encoding.UTF8.GetBytes(Prefix)), Revision + 1, ProgressEvery: ProgressEvery);
                await foreach (var batch in store.WatchAsync(request, cancel).ConfigureAwait(false))
                {
                    Take(batch);
                    Volatile.Write(ref _fault, null);
                    delay = FirstDelay;
                }

                Volatile.Write(ref _fault, "the store ended the watch");
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (StoreException missed) when (missed.Error == StoreError.Compacted)
            {
                await ReloadAsync(cancel).ConfigureAwait(false);
            }
            catch (Exception broken) when (broken is StoreException or InvalidDataException)
            {
                Volatile.Write(ref _fault, broken.Message);
            }

            if (!await PauseAsync(delay, cancel).ConfigureAwait(false)) return;
            delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay;
        }
    }

    // Changes were forgotten before they were read: everything is read again, and watchers are told that they missed something.
    private async Task ReloadAsync(CancellationToken cancel)
    {
        try
        {
            await LoadAsync(replace: true, cancel).ConfigureAwait(false);
        }
        catch (Exception broken) when (broken is StoreException or InvalidDataException or OperationCanceledException)
        {
            Volatile.Write(ref _fault, broken.Message);
        }
    }

    private async Task<bool> PauseAsync(TimeSpan delay, CancellationToken cancel)
    {
        try
        {
            await Task.Delay(delay, time, cancel).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void Take(WatchBatch batch)
    {
        if (batch.Changes.Count == 1)
        {
            Find(batch.Changes[0].Item.Key.Span)?.Apply([batch.Changes[0]]);
        }
        else if (batch.Changes.Count > 1)
        {
            foreach (var (cache, changes) in Sort(batch.Changes)) cache.Apply(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(changes));
        }

        Reach(batch.Revision);
    }

    private Dictionary<ResourceCache, List<Change>> Sort(IReadOnlyList<Change> changes)
    {
        var sorted = new Dictionary<ResourceCache, List<Change>>();
        foreach (var change in changes)
        {
            if (Find(change.Item.Key.Span) is not { } cache) continue;
            if (!sorted.TryGetValue(cache, out var own)) sorted[cache] = own = [];
            own.Add(change);
        }

        return sorted;
    }

    private void Reach(long revision)
    {
        if (revision <= Revision) return;
        lock (_gate)
        {
            Volatile.Write(ref _revision, revision);
            while (_waiting.TryPeek(out var reached, out var wanted) && wanted <= revision)
            {
                _waiting.Dequeue();
                reached.TrySetResult();
            }
        }
    }

    /// <summary>The cache that a key belongs to; null for a key that is no object's.</summary>
    private ResourceCache? Find(ReadOnlySpan<byte> key)
    {
        var group = key[Prefix.Length..].IndexOf((byte)'/');
        if (group <= 0) return null;
        var plural = key[(Prefix.Length + group + 1)..].IndexOf((byte)'/');
        if (plural <= 0) return null;
        var prefix = Encoding.UTF8.GetString(key[..(Prefix.Length + group + plural + 2)]);
        return _caches.GetOrAdd(prefix, static (prefix, self) => self.Make(prefix), this);
    }

    private ResourceCache Make(string prefix)
    {
        var parts = prefix[Prefix.Length..].Split('/');
        var group = parts[0] == "core" ? "" : parts[0];
        return new ResourceCache(Encoding.UTF8.GetBytes(prefix), registry.Find(group, parts[1]), Revision);
    }
}
