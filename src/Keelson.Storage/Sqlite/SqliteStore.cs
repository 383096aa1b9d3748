using Keelson.Storage.Mvcc;
using Keelson.Storage.Watching;

namespace Keelson.Storage.Sqlite;

/// <summary>
/// The default store: one directory on a local disk, kept by SQLite, owned by one process. What is
/// acknowledged is on disk.
/// </summary>
/// <remarks>Reads run on their caller's thread, for the few microseconds that a row takes; writes on one thread of the store.</remarks>
public sealed partial class SqliteStore : IStore
{
    private readonly DataDirectory _directory;
    private readonly FaultState _fault;
    private readonly WriteSession _session;
    private readonly ReadPool _readers;
    private readonly SqliteReader _reader;
    private readonly WatchHub _hub;
    private readonly LeaseDeadlines _deadlines;
    private readonly AcknowledgedMark _mark;
    private readonly Checkpointer _checkpointer;
    private readonly Compactor _compactor;
    private readonly Maintenance _maintenance;
    private readonly StoreMetrics _metrics;
    private readonly GroupCommit _writer;
    private readonly AutomaticCompaction _automatic;
    private bool _closed;

    private SqliteStore(Opened opened, TimeProvider time, SqliteStoreOptions options)
    {
        _directory = opened.Directory;
        _fault = opened.Fault;
        _mark = opened.Mark;
        _session = opened.Session;
        _readers = new ReadPool(_directory.Database, _fault, options.MaxReaders, CachePagesOfReader);
        _reader = new SqliteReader(_readers, _fault);
        _hub = new WatchHub(opened.State, time, _reader, new SqliteHistory(_readers, _fault, () => _hub!.State));
        _reader.Attach(_hub);
        _checkpointer = new Checkpointer(_directory.Database, _fault);
        _compactor = new Compactor(_session, _hub, _fault, time, () => _writer!.Nudge());
        _maintenance = new Maintenance(_session, _compactor, _checkpointer, options);
        _metrics = new StoreMetrics(
            ("keelson.store.queue", "{write}", "Writes that wait for the next commit", () => _writer!.Queued),
            ("keelson.store.watchers", "{watch}", "Watches that wait for something to happen", () => _hub.Waiting),
            ("keelson.store.watch.log", "By", "Memory that recent changes take, for watchers", () => _hub.State.Log.Bytes),
            ("keelson.store.keys", "{key}", "Keys that exist", () => _hub.State.Keys.Live),
            ("keelson.store.versions", "{version}", "Versions of keys that are not compacted yet", () => _hub.State.Keys.Versions),
            ("keelson.store.log.frames", "{frame}", "Pages in the write-ahead log", () => _session.Connection.LogFrames));
        _writer = new GroupCommit(_session, _hub, _fault, _mark, options, _maintenance, _metrics);
        _deadlines = new LeaseDeadlines(time, Expire);
        _automatic = new AutomaticCompaction(time, options, () => (_hub.State.Revision, _hub.State.Compacted), CompactBySelf);
    }

    public ValueTask<StoredItem?> GetAsync(ReadOnlyMemory<byte> key, long revision = 0, CancellationToken cancel = default)
    {
        RequestCheck.Key(key);
        CheckOpen(cancel);
        return _reader.GetAsync(key, revision, cancel);
    }

    public ValueTask<RangeResult> RangeAsync(RangeRequest request, CancellationToken cancel = default)
    {
        RequestCheck.Range(request);
        CheckOpen(cancel);
        return _reader.RangeAsync(request, cancel);
    }

    public ValueTask<CommitResult> CommitAsync(Transaction transaction, CancellationToken cancel = default)
    {
        RequestCheck.Transaction(transaction);
        cancel.ThrowIfCancellationRequested();
        return _writer.SubmitAsync(new WriteRequest<CommitResult>((state, session) => session.Run(state, run =>
        {
            var result = run.Run(transaction);
            if (run.HasPuts && _maintenance.IsFull) throw Full();
            return result;
        })), cancel);
    }

    public IAsyncEnumerable<WatchBatch> WatchAsync(WatchRequest request, CancellationToken cancel = default) =>
        _hub.WatchAsync(request, cancel);

    public ValueTask<LeaseState> GrantLeaseAsync(TimeSpan timeToLive, long id = 0, CancellationToken cancel = default)
    {
        RequestCheck.TimeToLive(timeToLive);
        RequestCheck.LeaseId(id);
        cancel.ThrowIfCancellationRequested();
        return _writer.SubmitAsync(new WriteRequest<LeaseState>(
            (state, session) =>
            {
                if (id != 0 && state.Leases.Find(id) is not null) throw StoreErrors.LeaseExists();
                var granted = id != 0 ? id : _deadlines.NextId(taken => state.Leases.Find(taken) is not null);
                session.InsertLease(granted, timeToLive);
                return (state with { Leases = state.Leases.Grant(granted, timeToLive) }, new LeaseState(granted, timeToLive, timeToLive, []));
            },
            lease => _deadlines.Start(lease.Id, lease.TimeToLive)), cancel);
    }

    public ValueTask<LeaseState?> KeepLeaseAliveAsync(long id, CancellationToken cancel = default)
    {
        CheckOpen(cancel);
        _fault.Check();
        return new(_deadlines.KeepAlive(id) is null ? null : _deadlines.Describe(_hub.State.Leases.Find(id)));
    }

    public ValueTask<bool> RevokeLeaseAsync(long id, CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        return _writer.SubmitAsync(Revoke(id, onlyWhenOver: false), cancel);
    }

    public ValueTask<LeaseState?> GetLeaseAsync(long id, CancellationToken cancel = default)
    {
        CheckOpen(cancel);
        return new(_deadlines.Describe(_hub.State.Leases.Find(id)));
    }

    public ValueTask<IReadOnlyList<long>> ListLeasesAsync(CancellationToken cancel = default)
    {
        CheckOpen(cancel);
        return new([.. _hub.State.Leases.Ids]);
    }

    public async ValueTask CompactAsync(long revision, CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        await _writer.SubmitAsync(Compact(revision), cancel).ConfigureAwait(false);
    }

    public async ValueTask<StoreStatus> StatusAsync(CancellationToken cancel = default)
    {
        CheckOpen(cancel);
        var state = _hub.State;
        var size = DataDirectory.Size(_directory.Database) + DataDirectory.Size(_directory.Log);
        using var lease = await _readers.TakeAsync(cancel).ConfigureAwait(false);
        try
        {
            var inUse = (lease.Session.QueryInteger("PRAGMA page_count") - lease.Session.QueryInteger("PRAGMA freelist_count")) * lease.Session.QueryInteger("PRAGMA page_size");
            return new StoreStatus(EngineName, state.Revision, state.Compacted, size, Math.Min(inUse, size), _fault.Message);
        }
        catch (SqliteFailure failure)
        {
            _fault.Translate(failure);
            return new StoreStatus(EngineName, state.Revision, state.Compacted, size, 0, _fault.Message ?? failure.Message);
        }
    }

    /// <summary>Writes what is queued, ends all watches, and gives the directory free.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, true)) return;
        _metrics.Dispose();
        await _automatic.DisposeAsync().ConfigureAwait(false);
        await _deadlines.DisposeAsync().ConfigureAwait(false);
        await _writer.DisposeAsync().ConfigureAwait(false);
        await _compactor.DisposeAsync().ConfigureAwait(false);
        _hub.Close();
        await _checkpointer.DisposeAsync().ConfigureAwait(false);
        await _readers.DisposeAsync().ConfigureAwait(false);

        // The last connection copies the log into the database and removes it: the mark of an orderly end.
        _session.Dispose();
        _mark.Dispose();
        _directory.Dispose();
    }

    private WriteRequest<bool> Compact(long revision, Action<Exception>? onFailure = null) => new(
        (state, session) =>
        {
            state.CheckCompaction(revision);
            session.SetFact(Schema.Compacted, revision);
            session.SetFact(Schema.Settled, 0);
            return (state with { Compacted = revision }, true);
        },
        _ => _compactor.Begin()) { OnFailure = onFailure };

    private WriteRequest<bool> Revoke(long id, bool onlyWhenOver, Action<Exception>? onFailure = null) => new(
        (state, session) =>
        {
            if (state.Leases.Find(id) is null || (onlyWhenOver && !_deadlines.IsOver(id))) return (state, false);
            var (next, revoked) = session.Run(state, run => run.Revoke(id));
            session.DeleteLease(id);
            return (next, revoked);
        },
        revoked =>
        {
            if (revoked) _deadlines.Stop(id);
        }) { OnFailure = onFailure };

    // A full disk must not make a lease immortal; whatever else fails here has been noted as a fault, or the store is closing.
    private void Expire(IReadOnlyList<long> leases)
    {
        foreach (var id in leases)
        {
            _writer.Enqueue(Revoke(id, onlyWhenOver: true, failure =>
            {
                if (failure is StoreException { Error: StoreError.NoSpace or StoreError.Unavailable }) _deadlines.LookAgain(id, ExpiryRetry);
            }));
        }
    }

    // Nobody waits for it; where it cannot be done now, the next look at the clock tries again.
    private void CompactBySelf(long revision) => _writer.Enqueue(Compact(revision, static _ => { }));

    private StoreException Full() => new(
        StoreError.NoSpace,
        $"the store in {_directory.Path} has reached the most that it may take; delete something, and compact");

    private void CheckOpen(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (Volatile.Read(ref _closed)) throw StoreErrors.Closed();
    }
}
