using Keelson.Server.Cache;
using Keelson.Server.Objects;
using Keelson.Server.Registry;
using Keelson.Storage;

namespace Keelson.Server.Storing;

/// <summary>Reads objects from the cache and writes them to the store, each write only if nobody else wrote since.</summary>
/// <param name="isShared">Whether other servers write to the same store, so that only the store knows what is newest.</param>
internal sealed class ObjectStore(IStore store, StateFeed feed, bool isShared)
{
    private long _committed;

    public StateFeed Feed => feed;

    /// <summary>Waits until the cache has everything that was acknowledged before the call.</summary>
    public ValueTask CatchUpAsync(CancellationToken cancel)
    {
        return isShared ? CatchUpWithStoreAsync(cancel) : CatchUpWithOwnAsync(cancel);
    }

    /// <summary>Waits until the cache has everything that this server has written.</summary>
    public ValueTask CatchUpWithOwnAsync(CancellationToken cancel)
    {
        var committed = Volatile.Read(ref _committed);
        return feed.Revision >= committed ? ValueTask.CompletedTask : new ValueTask(feed.WaitForAsync(committed, cancel));
    }

    /// <summary>The newest version of an object, or null: from the cache where it is known to be up to date, else from the store.</summary>
    public ValueTask<CachedObject?> GetAsync(RegisteredResource resource, ObjectName name, CancellationToken cancel) =>
        !isShared && feed.Revision >= Volatile.Read(ref _committed) ? new(Peek(resource, name)) : ReadAsync(resource, name, cancel);

    /// <summary>The version of an object that the cache has, which may be a moment old.</summary>
    public CachedObject? Peek(RegisteredResource resource, ObjectName name) =>
        feed.CacheOf(resource).State.Index.Find(System.Text.Encoding.UTF8.GetBytes(name.Path))?.In(resource);

    /// <summary>Stores a new object; null where there is one of that name.</summary>
    public async ValueTask<CachedObject?> CreateAsync(RegisteredResource resource, ObjectName name, ApiObject value, CancellationToken cancel)
    {
        var key = resource.Key(name);
        var bytes = Encode(resource, value);
        var result = await store.CommitAsync(
            new Transaction([new Comparison(KeyRange.Single(key), CompareTarget.ModRevision, CompareOperator.Equal)], [new Operation.Put(key, bytes)], []),
            cancel).ConfigureAwait(false);
        if (!result.Succeeded) return null;
        Note(result.Revision);
        return Cached(resource, name, bytes, result.Revision);
    }

    /// <summary>Stores the next version of an object. Where somebody else was faster, the answer has what is there now, or null.</summary>
    public async ValueTask<WriteResult> ReplaceAsync(RegisteredResource resource, CachedObject current, ApiObject next, CancellationToken cancel)
    {
        var key = resource.Key(current.Name);
        var bytes = Encode(resource, next);
        var result = await store.CommitAsync(Guarded(key, current.Revision, new Operation.Put(key, bytes)), cancel).ConfigureAwait(false);
        if (!result.Succeeded) return Lost(resource, current, result);
        Note(result.Revision);
        return new WriteResult(true, Cached(resource, current.Name, bytes, result.Revision));
    }

    /// <summary>Removes an object; the answer has its last state under the deletion's version.</summary>
    public async ValueTask<WriteResult> DeleteAsync(RegisteredResource resource, CachedObject current, CancellationToken cancel)
    {
        var key = resource.Key(current.Name);
        var result = await store.CommitAsync(Guarded(key, current.Revision, new Operation.Delete(KeyRange.Single(key))), cancel).ConfigureAwait(false);
        if (!result.Succeeded) return Lost(resource, current, result);
        Note(result.Revision);
        return new WriteResult(true, current.At(result.Revision));
    }

    /// <summary>A resource's objects at an earlier version, from the store's history.</summary>
    public async ValueTask<ObjectIndex> ReadHistoryAsync(RegisteredResource resource, long revision, CancellationToken cancel)
    {
        var range = await store.RangeAsync(new RangeRequest(KeyRange.Prefix(resource.KeyPrefixBytes), revision), cancel).ConfigureAwait(false);
        var cache = feed.CacheOf(resource);
        var index = ObjectIndex.Empty;
        foreach (var item in range.Items)
        {
            var key = item.Key.Span[resource.KeyPrefixBytes.Length..].ToArray();
            index = index.With(CachedObject.FromStore(key, item.Value.Span, item.ModRevision, cache));
        }

        return index;
    }

    /// <summary>The object as it would be read, had it been stored under a version.</summary>
    public CachedObject Cached(RegisteredResource resource, ObjectName name, byte[] stored, long revision) =>
        CachedObject.FromStore(System.Text.Encoding.UTF8.GetBytes(name.Path), stored, revision, feed.CacheOf(resource)).In(resource);

    /// <summary>What is stored for an object.</summary>
    public static byte[] Encode(RegisteredResource resource, ApiObject value)
    {
        value = resource.Custom?.ToStored(value) ?? value;
        var unversioned = value.Metadata.ResourceVersion.Length == 0 ? value : value.With(value.Metadata with { ResourceVersion = "" });
        return StoredForm.Encode(unversioned.ToJson().Span);
    }

    private async ValueTask<CachedObject?> ReadAsync(RegisteredResource resource, ObjectName name, CancellationToken cancel)
    {
        var item = await store.GetAsync(resource.Key(name), 0, cancel).ConfigureAwait(false);
        return item is null
            ? null
            : CachedObject.FromStore(System.Text.Encoding.UTF8.GetBytes(name.Path), item.Value.Span, item.ModRevision, feed.CacheOf(resource)).In(resource);
    }

    private static Transaction Guarded(byte[] key, long revision, Operation change) => new(
        [new Comparison(KeyRange.Single(key), CompareTarget.ModRevision, CompareOperator.Equal, revision)],
        [change],
        [new Operation.Range(new RangeRequest(KeyRange.Single(key)))]);

    private WriteResult Lost(RegisteredResource resource, CachedObject current, CommitResult result)
    {
        Note(result.Revision);
        var items = ((OperationResult.Range)result.Results[0]).Result.Items;
        return new WriteResult(false, items.Count == 0 ? null : CachedObject.FromStore(current.Key, items[0].Value.Span, items[0].ModRevision, feed.CacheOf(resource)).In(resource));
    }

    private void Note(long revision)
    {
        var seen = Volatile.Read(ref _committed);
        while (revision > seen)
        {
            var before = Interlocked.CompareExchange(ref _committed, revision, seen);
            if (before == seen) return;
            seen = before;
        }
    }

    private async ValueTask CatchUpWithStoreAsync(CancellationToken cancel)
    {
        var newest = await store.RangeAsync(new RangeRequest(KeyRange.Prefix("/registry/"u8.ToArray()), CountOnly: true), cancel).ConfigureAwait(false);

        // The watch may not have told yet of revisions that touched other keys only; its progress marks do.
        await feed.WaitForAsync(newest.Revision, cancel).ConfigureAwait(false);
    }
}

/// <summary>How a guarded write went.</summary>
/// <param name="Value">After success the new version; else what is there instead, or null where the object is gone.</param>
internal readonly record struct WriteResult(bool Succeeded, CachedObject? Value);
