using Keelson.Server.Cache;
using Keelson.Server.Objects;
using Keelson.Server.Registry;
using Keelson.Storage;

namespace Keelson.Server.Storing;

/// <summary>Reads objects from the cache and writes them to the store, each write only if nobody else wrote since.</summary>
/// <param name="isShared">Whether other servers write to the same store, so that only the store knows what is newest.</param>
/// <param name="companions">What is written together with objects of some kinds.</param>
internal sealed class ObjectStore(IStore store, StateFeed feed, bool isShared, ICompanions companions)
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
    /// <exception cref="DamagedObjectException">It is there, and can't be read.</exception>
    public CachedObject? Peek(RegisteredResource resource, ObjectName name) => Find(resource, name)?.In(resource);

    /// <summary>The same in the resource's version, also where another one is stored and somebody else converts.</summary>
    public ValueTask<CachedObject?> PeekAsync(RegisteredResource resource, ObjectName name, CancellationToken cancel)
    {
        if (resource.Custom?.Converter is null) return new(Peek(resource, name));
        return ShowAsync(Find(resource, name), resource, cancel);
    }

    /// <summary>Stores a new object, unless there is one of that name.</summary>
    public async ValueTask<WriteResult> CreateAsync(RegisteredResource resource, ObjectName name, ApiObject value, CancellationToken cancel)
    {
        var key = resource.Key(name);
        var bytes = await EncodeAsync(resource, value, cancel).ConfigureAwait(false);
        if (resource.Custom is not null)
        {
            var created = await CreateCustomAsync(resource, name, key, bytes, cancel).ConfigureAwait(false);
            return new WriteResult(created is not null, created);
        }

        var others = companions.Of(resource, null, value);
        var result = await store.CommitAsync(Guarded(key, 0, new Operation.Put(key, bytes), others), cancel).ConfigureAwait(false);
        Note(result.Revision);
        if (result.Succeeded) return new WriteResult(true, await CachedAsync(resource, name, bytes, result.Revision, cancel).ConfigureAwait(false));
        if (others.Count == 0 || ((OperationResult.Range)result.Results[0]).Result.Items.Count > 0) return new WriteResult(false, null);
        await feed.WaitForAsync(result.Revision, cancel).ConfigureAwait(false);
        return new WriteResult(false, null) { IsOvertaken = true };
    }

    /// <summary>Writes several keys, all or none; false where one of them is not as it was seen.</summary>
    public async ValueTask<bool> WriteTogetherAsync(IReadOnlyList<Companion> writes, CancellationToken cancel)
    {
        var transaction = new Transaction([.. writes.Select(write => write.Guard)], [.. writes.Select(write => write.Change).OfType<Operation>()], []);
        var result = await store.CommitAsync(transaction, cancel).ConfigureAwait(false);
        Note(result.Revision);
        return result.Succeeded;
    }

    /// <summary>
    /// Stores a new custom object on condition that its definition is still what it was when it was seen not to be deleted: once a
    /// definition is marked, nothing is created any more that its deletion would miss, whichever server the request came to.
    /// </summary>
    private async ValueTask<CachedObject?> CreateCustomAsync(RegisteredResource resource, ObjectName name, byte[] key, byte[] bytes, CancellationToken cancel)
    {
        var form = resource.Custom!;
        var definitionName = new ObjectName("", form.DefinitionName);
        var definitionKey = form.Definitions.Key(definitionName);
        while (true)
        {
            var definition = Peek(form.Definitions, definitionName) ?? throw Http.Failures.NoSuchResource();
            if (form.AliveAt != definition.Revision)
            {
                if (definition.IsBeingDeleted) throw Http.Failures.MethodNotAllowed(resource, "create");
                form.AliveAt = definition.Revision;
            }

            var result = await store.CommitAsync(
                new Transaction(
                    [
                        new Comparison(KeyRange.Single(key), CompareTarget.ModRevision, CompareOperator.Equal),
                        new Comparison(KeyRange.Single(definitionKey), CompareTarget.ModRevision, CompareOperator.Equal, definition.Revision),
                    ],
                    [new Operation.Put(key, bytes)],
                    [new Operation.Range(new RangeRequest(KeyRange.Single(key)))]),
                cancel).ConfigureAwait(false);
            Note(result.Revision);
            if (result.Succeeded) return await CachedAsync(resource, name, bytes, result.Revision, cancel).ConfigureAwait(false);
            if (((OperationResult.Range)result.Results[0]).Result.Items.Count > 0) return null;

            // The definition has changed: what it is now decides.
            await feed.WaitForAsync(result.Revision, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Stores the next version of an object. Where somebody else was faster, the answer has what is there now, or null.</summary>
    public async ValueTask<WriteResult> ReplaceAsync(RegisteredResource resource, CachedObject current, ApiObject next, CancellationToken cancel)
    {
        var key = resource.Key(current.Name);
        var bytes = await EncodeAsync(resource, next, cancel).ConfigureAwait(false);
        var others = companions.Of(resource, current, next);
        var result = await store.CommitAsync(Guarded(key, current.Revision, new Operation.Put(key, bytes), others), cancel).ConfigureAwait(false);
        if (!result.Succeeded) return await LostAsync(resource, current, result, cancel).ConfigureAwait(false);
        Note(result.Revision);
        return new WriteResult(true, await CachedAsync(resource, current.Name, bytes, result.Revision, cancel).ConfigureAwait(false));
    }

    /// <summary>Removes an object; the answer has its last state under the deletion's version.</summary>
    public async ValueTask<WriteResult> DeleteAsync(RegisteredResource resource, CachedObject current, CancellationToken cancel)
    {
        var key = resource.Key(current.Name);
        var others = companions.Of(resource, current, null);
        var result = await store.CommitAsync(Guarded(key, current.Revision, new Operation.Delete(KeyRange.Single(key)), others), cancel).ConfigureAwait(false);
        if (!result.Succeeded) return await LostAsync(resource, current, result, cancel).ConfigureAwait(false);
        Note(result.Revision);
        return new WriteResult(true, current.At(result.Revision));
    }

    /// <summary>Removes what can't be read, if it still is what it was; false where somebody changed it.</summary>
    public async ValueTask<bool> DeleteDamagedAsync(DamagedObject damaged, CancellationToken cancel)
    {
        var key = System.Text.Encoding.UTF8.GetBytes(damaged.Key);
        var result = await store.CommitAsync(Guarded(key, damaged.Revision, new Operation.Delete(KeyRange.Single(key)), []), cancel).ConfigureAwait(false);
        Note(result.Revision);
        return result.Succeeded;
    }

    /// <summary>Asks the store for something, to see whether it answers.</summary>
    public Task ProbeAsync(CancellationToken cancel) => store.GetAsync("/registry/health"u8.ToArray(), 0, cancel).AsTask();

    /// <summary>A resource's objects at an earlier version, from the store's history, and what of them can't be read.</summary>
    public async ValueTask<CacheState> ReadHistoryAsync(RegisteredResource resource, long revision, CancellationToken cancel)
    {
        var range = await store.RangeAsync(new RangeRequest(KeyRange.Prefix(resource.KeyPrefixBytes), revision), cancel).ConfigureAwait(false);
        return feed.CacheOf(resource).Read(range.Items, revision == 0 ? range.Revision : revision);
    }

    private CachedObject? Find(RegisteredResource resource, ObjectName name)
    {
        var state = feed.CacheOf(resource).State;
        if (state.Index.Find(System.Text.Encoding.UTF8.GetBytes(name.Path)) is { } found) return found;
        return state.Damaged.IsEmpty || state.Damaged.Find(name.Path) is not { } damaged ? null : throw new DamagedObjectException(damaged);
    }

    /// <summary>Whether an object is what is there already, but for the version that is stored under. What is stored otherwise than it would be today is not.</summary>
    public static bool AreSame(ApiObject next, CachedObject current)
    {
        var unversioned = Unversioned(next);
        return current.Is(unversioned) || (next.Typed is null && unversioned.ToJson().Span.SequenceEqual(Unversioned(current.Object).ToJson().Span));
    }

    /// <summary>What is stored for an object.</summary>
    public static byte[] Encode(RegisteredResource resource, ApiObject value)
    {
        return StoredForm.Encode(Unversioned(resource.ToStored(value)).ToJson().Span);
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

    private static Transaction Guarded(byte[] key, long revision, Operation change, IReadOnlyList<Companion> others) => new(
        [new Comparison(KeyRange.Single(key), CompareTarget.ModRevision, CompareOperator.Equal, revision), .. others.Select(other => other.Guard)],
        [change, .. others.Select(other => other.Change).OfType<Operation>()],
        [new Operation.Range(new RangeRequest(KeyRange.Single(key)))]);

    private async ValueTask<WriteResult> LostAsync(RegisteredResource resource, CachedObject current, CommitResult result, CancellationToken cancel)
    {
        Note(result.Revision);
        var items = ((OperationResult.Range)result.Results[0]).Result.Items;
        if (items.Count == 0) return new WriteResult(false, null);
        if (items[0].ModRevision == current.Revision)
        {
            // It is what is written with the object that somebody else was faster with.
            await feed.WaitForAsync(result.Revision, cancel).ConfigureAwait(false);
            return new WriteResult(false, current) { IsOvertaken = true };
        }

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
internal readonly record struct WriteResult(bool Succeeded, CachedObject? Value)
{
    /// <summary>Whether the object is as it was seen, but something that is written with it is not: the same write may succeed when it is computed again.</summary>
    public bool IsOvertaken { get; init; }
}
