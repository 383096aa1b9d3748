using Keelson.Storage.Mvcc;
using Keelson.Storage.Snapshots;
using Keelson.Storage.Watching;

namespace Keelson.Storage.Memory;

/// <summary>
/// A store that lives in memory, for tests and simulations: made in microseconds, forked by copying one
/// pointer, and driven by the clock it is given.
/// </summary>
/// <remarks>
/// The whole state is one immutable value. A write computes the next one under a lock and puts it in
/// place; a read takes whichever is there. When a call returns, watchers have been told of what it did.
/// </remarks>
public sealed class MemoryStore : IStore
{
    private static readonly MemoryItems Items = new();

    private readonly Lock _writing = new();
    private readonly TimeProvider _time;
    private readonly MemoryStoreOptions _options;
    private readonly WatchHub _hub;
    private readonly LeaseDeadlines _deadlines;
    private bool _closed;

    public MemoryStore(TimeProvider time, MemoryStoreOptions? options = null) : this(time, options ?? new(), StoreState.Empty) { }

    private MemoryStore(TimeProvider time, MemoryStoreOptions options, StoreState state)
    {
        _time = time;
        _options = options;
        _hub = new WatchHub(state, time, Items, null);
        _deadlines = new LeaseDeadlines(time, Expire);
    }

    /// <summary>
    /// A second store that begins with everything this one has, and from there on goes its own way.
    /// Leases keep the time they have left; watches stay with the original.
    /// </summary>
    /// <param name="time">The clock of the fork; the original's when not given.</param>
    public MemoryStore Fork(TimeProvider? time = null)
    {
        lock (_writing)
        {
            CheckOpen();
            var fork = new MemoryStore(time ?? _time, _options, _hub.State);
            foreach (var lease in _hub.State.Leases.All)
            {
                fork._deadlines.Start(lease.Id, lease.TimeToLive, _deadlines.Remaining(lease.Id));
            }

            return fork;
        }
    }

    /// <summary>A store with the content of a snapshot, taken by any embedded engine.</summary>
    public static async ValueTask<MemoryStore> RestoreAsync(
        Stream snapshot, TimeProvider time, MemoryStoreOptions? options = null, CancellationToken cancel = default)
    {
        var state = await SnapshotState.LoadAsync(snapshot, cancel).ConfigureAwait(false);
        var store = new MemoryStore(time, options ?? new(), state);
        foreach (var lease in state.Leases.All) store._deadlines.Start(lease.Id, lease.TimeToLive);
        return store;
    }

    public ValueTask<StoredItem?> GetAsync(ReadOnlyMemory<byte> key, long revision = 0, CancellationToken cancel = default)
    {
        RequestCheck.Key(key);
        var state = Read(cancel);
        var at = state.Resolve(revision);
        return new(state.Keys.Find(key.Span) is { } entry && entry.TryAt(at, out var version) ? version.Item : null);
    }

    public ValueTask<RangeResult> RangeAsync(RangeRequest request, CancellationToken cancel = default) =>
        new(Read(cancel).Read(request, Items));

    public ValueTask<CommitResult> CommitAsync(Transaction transaction, CancellationToken cancel = default)
    {
        RequestCheck.Transaction(transaction);
        return new(Write(state =>
        {
            var run = new TransactionRun(state, Items, keepItems: true);
            var result = run.Run(transaction);
            return (run.Finish(), result);
        }, cancel));
    }

    public IAsyncEnumerable<WatchBatch> WatchAsync(WatchRequest request, CancellationToken cancel = default) =>
        _hub.WatchAsync(request, cancel);

    public ValueTask<LeaseState> GrantLeaseAsync(TimeSpan timeToLive, long id = 0, CancellationToken cancel = default)
    {
        RequestCheck.TimeToLive(timeToLive);
        RequestCheck.LeaseId(id);
        return new(Write(state =>
        {
            if (id != 0 && state.Leases.Find(id) is not null) throw StoreErrors.LeaseExists();
            var granted = id != 0 ? id : _deadlines.NextId(taken => state.Leases.Find(taken) is not null);
            _deadlines.Start(granted, timeToLive);
            return (state with { Leases = state.Leases.Grant(granted, timeToLive) }, new LeaseState(granted, timeToLive, timeToLive, []));
        }, cancel));
    }

    public ValueTask<LeaseState?> KeepLeaseAliveAsync(long id, CancellationToken cancel = default)
    {
        var state = Read(cancel);
        return new(_deadlines.KeepAlive(id) is null ? null : _deadlines.Describe(state.Leases.Find(id)));
    }

    public ValueTask<bool> RevokeLeaseAsync(long id, CancellationToken cancel = default) => new(Write(state =>
    {
        var run = new TransactionRun(state, Items, keepItems: true);
        if (!run.Revoke(id)) return (state, false);
        _deadlines.Stop(id);
        return (run.Finish(), true);
    }, cancel));

    public ValueTask<LeaseState?> GetLeaseAsync(long id, CancellationToken cancel = default) =>
        new(_deadlines.Describe(Read(cancel).Leases.Find(id)));

    public ValueTask<IReadOnlyList<long>> ListLeasesAsync(CancellationToken cancel = default) => new([.. Read(cancel).Leases.Ids]);

    public ValueTask CompactAsync(long revision, CancellationToken cancel = default)
    {
        Write(state =>
        {
            state.CheckCompaction(revision);
            return ((state with { Compacted = revision }).Trim(), true);
        }, cancel);
        return default;
    }

    public ValueTask SnapshotAsync(Stream destination, CancellationToken cancel = default) =>
        SnapshotState.SaveAsync(Read(cancel), destination, cancel);

    public ValueTask<StoreStatus> StatusAsync(CancellationToken cancel = default)
    {
        var state = Read(cancel);
        var bytes = state.Log.Bytes;
        return new(new StoreStatus("memory", state.Revision, state.Compacted, bytes, bytes, null));
    }

    public async ValueTask DisposeAsync()
    {
        lock (_writing) _closed = true;
        await _deadlines.DisposeAsync().ConfigureAwait(false);
        _hub.Close();
    }

    private StoreState Read(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        CheckOpen();
        return _hub.State;
    }

    private T Write<T>(Func<StoreState, (StoreState Next, T Result)> change, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        lock (_writing)
        {
            CheckOpen();
            var (next, result) = change(_hub.State);
            Publish(next);
            return result;
        }
    }

    private void Publish(StoreState next)
    {
        _hub.Show(Bound(next));
        _hub.Announce();
    }

    // Half as much again is let pile up, so that compacting is rare.
    private StoreState Bound(StoreState state)
    {
        if (state.Log.Count <= _options.MaxHistory + _options.MaxHistory / 2) return state;
        return (state with { Compacted = state.Log[state.Log.Count - _options.MaxHistory].Revision }).Trim();
    }

    private void Expire(IReadOnlyList<long> leases)
    {
        foreach (var id in leases)
        {
            lock (_writing)
            {
                if (_closed || !_deadlines.IsOver(id)) continue;
                var run = new TransactionRun(_hub.State, Items, keepItems: true);
                if (!run.Revoke(id)) continue;
                _deadlines.Stop(id);
                Publish(run.Finish());
            }
        }
    }

    private void CheckOpen()
    {
        if (Volatile.Read(ref _closed)) throw StoreErrors.Closed();
    }

    private sealed class MemoryItems : IItemSource
    {
        public StoredItem Load(byte[] key, in KeyVersion version) => version.Item!;

        public bool TryLoad(byte[] key, in KeyVersion version, out StoredItem? item)
        {
            item = version.Item;
            return true;
        }
    }
}
