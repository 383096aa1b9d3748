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

    /// <summary>Whether the cache has everything that this server has written.</summary>
    public bool HasOwn => feed.Revision >= Volatile.Read(ref _committed);

    /// <summary>Waits until the cache has everything that this server has written.</summary>
    public ValueTask CatchUpWithOwnAsync(CancellationToken cancel)
    {
        var committed = Volatile.Read(ref _committed);
        return feed.Revision >= committed ? ValueTask.CompletedTask : new ValueTask(feed.WaitForAsync(committed, cancel));
    }

    /// <summary>The newest version of an object, or null: from the cache where it is known to be up to date, else from the store.</summary>
    public ValueTask<CachedObject?> GetAsync(RegisteredResource resource, ObjectName name, CancellationToken cancel) =>
        !isShared && HasOwn ? PeekAsync(resource, name, cancel) : ReadAsync(resource, name, cancel);

    /// <summary>The version of an object that the cache has, which may be a moment old.</summary>
    public CachedObject? Peek(RegisteredResource resource, ObjectName name) =>
        feed.CacheOf(resource).State.Index.Find(System.Text.Encoding.UTF8.GetBytes(name.Path))?.In(resource);

    /// <summary>The same in the resource's version, also where another one is stored and somebody else converts.</summary>
    public ValueTask<CachedObject?> PeekAsync(RegisteredResource resource, ObjectName name, CancellationToken cancel)
    {
        if (resource.Custom?.Converter is null) return new(Peek(resource, name));
        return ShowAsync(feed.CacheOf(resource).State.Index.Find(System.Text.Encoding.UTF8.GetBytes(name.Path)), resource, cancel);
    }

    /// <summary>Stores a new object; null where there is one of that name.</summary>
    public async ValueTask<CachedObject?> CreateAsync(RegisteredResource resource, ObjectName name, ApiObject value, CancellationToken cancel)
    {
        var key = resource.Key(name);
        var bytes = await EncodeAsync(resource, value, cancel).ConfigureAwait(false);
        var result = await store.CommitAsync(
            new Transaction([new Comparison(KeyRange.Single(key), CompareTarget.ModRevision, CompareOperator.Equal)], [new Operation.Put(key, bytes)], []),
            cancel).ConfigureAwait(false);
        if (!result.Succeeded) return null;
        Note(result.Revision);
        return await CachedAsync(resource, name, bytes, result.Revision, cancel).ConfigureAwait(false);
    }

    /// <summary>Stores the next version of an object. Where somebody else was faster, the answer has what is there now, or null.</summary>
    public async ValueTask<WriteResult> ReplaceAsync(RegisteredResource resource, CachedObject current, ApiObject next, CancellationToken cancel)
    {
        var key = resource.Key(current.Name);
        var bytes = await EncodeAsync(resource, next, cancel).ConfigureAwait(false);
        var result = await store.CommitAsync(Guarded(key, current.Revision, new Operation.Put(key, bytes)), cancel).ConfigureAwait(false);
        if (!result.Succeeded) return await LostAsync(resource, current, result, cancel).ConfigureAwait(false);
        Note(result.Revision);
        return new WriteResult(true, await CachedAsync(resource, current.Name, bytes, result.Revision, cancel).ConfigureAwait(false));
    }

    /// <summary>Removes an object; the answer has its last state under the deletion's version.</summary>
    public async ValueTask<WriteResult> DeleteAsync(RegisteredResource resource, CachedObject current, CancellationToken cancel)
    {
        var key = resource.Key(current.Name);
        var result = await store.CommitAsync(Guarded(key, current.Revision, new Operation.Delete(KeyRange.Single(key))), cancel).ConfigureAwait(false);
        if (!result.Succeeded) return await LostAsync(resource, current, result, cancel).ConfigureAwait(false);
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

    /// <summary>Whether an object is what is there already, but for the version that is stored under.</summary>
    public static bool AreSame(ApiObject next, CachedObject current)
    {
        var unversioned = Unversioned(next);
        return current.Is(unversioned) || unversioned.ToJson().Span.SequenceEqual(Unversioned(current.Object).ToJson().Span);
    }

    /// <summary>What is stored for an object.</summary>
    public static byte[] Encode(RegisteredResource resource, ApiObject value)
    {
        return StoredForm.Encode(Unversioned(resource.Custom?.ToStored(value) ?? value).ToJson().Span);
    }

    private static async ValueTask<byte[]> EncodeAsync(RegisteredResource resource, ApiObject value, CancellationToken cancel)
    {
        if (resource.Custom is not { Converter: not null } custom) return Encode(resource, value);
        return StoredForm.Encode((await custom.ToStoredAsync(Unversioned(value), cancel).ConfigureAwait(false)).ToJson().Span);
    }

    private static ApiObject Unversioned(ApiObject value) => value.Metadata.ResourceVersion.Length == 0 ? value : value.With(value.Metadata with { ResourceVersion = "" });

    private ValueTask<CachedObject> CachedAsync(RegisteredResource resource, ObjectName name, byte[] stored, long revision, CancellationToken cancel) =>
        CachedObject.FromStore(System.Text.Encoding.UTF8.GetBytes(name.Path), stored, revision, feed.CacheOf(resource)).InAsync(resource, cancel);

    private static async ValueTask<CachedObject?> ShowAsync(CachedObject? found, RegisteredResource resource, CancellationToken cancel) =>
        found is null ? null : await found.InAsync(resource, cancel).ConfigureAwait(false);

    private async ValueTask<CachedObject?> ReadAsync(RegisteredResource resource, ObjectName name, CancellationToken cancel)
    {
        var item = await store.GetAsync(resource.Key(name), 0, cancel).ConfigureAwait(false);
        return item is null
            ? null
            : await CachedObject.FromStore(System.Text.Encoding.UTF8.GetBytes(name.Path), item.Value.Span, item.ModRevision, feed.CacheOf(resource)).InAsync(resource, cancel).ConfigureAwait(false);
    }

    private static Transaction Guarded(byte[] key, long revision, Operation change) => new(
        [new Comparison(KeyRange.Single(key), CompareTarget.ModRevision, CompareOperator.Equal, revision)],
        [change],
        [new Operation.Range(new RangeRequest(KeyRange.Single(key)))]);

    private async ValueTask<WriteResult> LostAsync(RegisteredResource resource, CachedObject current, CommitResult result, CancellationToken cancel)
    {
        Note(result.Revision);
        var items = ((OperationResult.Range)result.Results[0]).Result.Items;
        if (items.Count == 0) return new WriteResult(false, null);
        var now = CachedObject.FromStore(current.Key, items[0].Value.Span, items[0].ModRevision, feed.CacheOf(resource));
        return new WriteResult(false, await now.InAsync(resource, cancel).ConfigureAwait(false));
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
