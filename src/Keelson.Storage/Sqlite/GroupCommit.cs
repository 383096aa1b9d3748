using Keelson.Storage.Mvcc;
using Keelson.Storage.Watching;

namespace Keelson.Storage.Sqlite;

/// <summary>
/// The one writer. What arrives while a commit is being synced is written together in the next one: many
/// transactions, one fsync. Nobody is told of a commit, and no reader sees it, before it is on disk.
/// </summary>
/// <remarks>
/// One thread writes. After a commit it looks out for some microseconds for as many writes as it has just
/// acknowledged, because those clients are the ones that come next: waking a thread costs as much as an
/// fsync, and without that look the first to come back would be written alone and all others after it. A
/// lone client's write is begun the moment it is seen.
/// </remarks>
internal sealed class GroupCommit(WriteSession session, WatchHub hub, FaultState fault, AcknowledgedMark mark, SqliteStoreOptions options, IBackgroundWork background, StoreMetrics metrics)
    : IAsyncDisposable
{
    /// <summary>How long the writer looks out for the next write before it sleeps: some 40 microseconds, in the runtime's units of spinning.</summary>
    private const int LookOutRounds = 100;
    private const int LookOutSpins = 10;
    private const int LookOutYield = 25;

    /// <summary>So many commits in a row go before a step of the work in the background.</summary>
    private const int CommitsAStep = 4;

    private readonly object _gate = new();
    private readonly Queue<WriteRequest> _queue = new();
    private readonly SemaphoreSlim _room = new(options.MaxQueuedWrites, options.MaxQueuedWrites);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile int _queued;
    private bool _sleeping;
    private bool _closed;
    private bool _started;

    /// <summary>How many writes wait.</summary>
    public int Queued => _queued;

    public void Start()
    {
        _started = true;
        new Thread(Loop) { IsBackground = true, Name = "Keelson store writer" }.Start();
    }

    /// <summary>Writes, and returns when what was written is on disk.</summary>
    public async ValueTask<T> SubmitAsync<T>(WriteRequest<T> request, CancellationToken cancel)
    {
        await _room.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            Enqueue(request);
            if (!cancel.CanBeCanceled) return await request.Completion.ConfigureAwait(false);
            using var registration = cancel.UnsafeRegister(static (state, token) => ((WriteRequest<T>)state!).Cancel(token), request);
            return await request.Completion.ConfigureAwait(false);
        }
        finally
        {
            _room.Release();
        }
    }

    /// <summary>Queues a write, without regard to how many there are: for what the store itself has to write.</summary>
    public void Enqueue(WriteRequest request)
    {
        lock (_gate)
        {
            if (!_closed)
            {
                _queue.Enqueue(request);
                _queued = _queue.Count;
                if (_sleeping) Monitor.Pulse(_gate);
                return;
            }
        }

        request.Fail(StoreErrors.Closed());
    }

    /// <summary>Lets the writer look whether there is work in the background.</summary>
    public void Nudge()
    {
        lock (_gate) Monitor.Pulse(_gate);
    }

    /// <summary>Writes what is queued, and then nothing more.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.Pulse(_gate);
        }

        if (_started) await _ended.Task.ConfigureAwait(false);
    }

    private void Loop()
    {
        var batch = new List<WriteRequest>();
        var commits = 0;
        while (Next(batch))
        {
            var acknowledged = batch.Count;
            if (acknowledged > 0) Write(batch);
            batch.Clear();
            commits = background.HasWork ? commits + 1 : 0;
            if (acknowledged > 0 && commits < CommitsAStep) LookOut(acknowledged);

            // Clients first, but not for ever.
            if (commits == 0 || (_queued > 0 && commits < CommitsAStep)) continue;
            background.Step();
            commits = 0;
        }

        _ended.SetResult();
    }

    // Waits for something to do; false when there will be nothing more.
    private bool Next(List<WriteRequest> batch)
    {
        lock (_gate)
        {
            while (true)
            {
                Take(batch);
                if (batch.Count > 0) return true;
                if (_closed) return false;
                if (background.HasWork) return true;
                _sleeping = true;
                Monitor.Wait(_gate);
                _sleeping = false;
            }
        }
    }

    private void LookOut(int expected)
    {
        for (var round = 0; _queued < expected && round < LookOutRounds; round++)
        {
            Thread.SpinWait(LookOutSpins);

            // The clients may need this processor in order to come back.
            if (round % LookOutYield == LookOutYield - 1) Thread.Yield();
        }
    }

    private void Take(List<WriteRequest> batch)
    {
        while (batch.Count < options.MaxBatch && _queue.TryDequeue(out var request))
        {
            if (request.TryStart()) batch.Add(request);
        }

        _queued = _queue.Count;
    }

    private void Write(List<WriteRequest> batch)
    {
        var done = new List<WriteRequest>(batch.Count);
        try
        {
            fault.Check();
            var before = hub.State;
            var state = before;
            foreach (var request in batch)
            {
                try
                {
                    state = request.Apply(state, session);
                    done.Add(request);
                }
                catch (StoreException refusal) when (refusal.Error != StoreError.Damaged)
                {
                    request.Fail(refusal);
                }
            }

            session.Commit();
            mark.Write(state.Revision);
            background.Committed(state.Revision - before.Revision);
            hub.Show(state with { Log = state.Log.Bound(options.WatchLogRevisions, options.WatchLogBytes) });
        }
        catch (Exception exception)
        {
            Abandon(batch, exception);
            return;
        }

        metrics.Committed(done.Count);

        // Clients first: many watchers take longer to wake.
        foreach (var request in done) request.Complete();
        hub.Announce();
    }

    // Nothing of the batch is visible to anybody; after a rollback it has not happened.
    private void Abandon(List<WriteRequest> batch, Exception cause)
    {
        var failure = cause switch
        {
            SqliteFailure sqlite => fault.Translate(sqlite),
            StoreException => cause,
            _ => fault.Raise($"an invariant is broken ({cause.GetType().Name}: {cause.Message})", cause),
        };
        try
        {
            session.Rollback();
        }
        catch (SqliteFailure rollback)
        {
            failure = fault.Raise($"a failed write could not be taken back: {rollback.Message}", rollback);
        }

        metrics.Abandoned(batch.Count);
        foreach (var request in batch) request.Fail(failure);
    }
}

/// <summary>What the writer does beside writing, in small steps between commits.</summary>
internal interface IBackgroundWork
{
    /// <summary>Whether a step would do anything. Called under the writer's lock: only looks.</summary>
    bool HasWork { get; }

    /// <summary>Learns how many revisions were committed.</summary>
    void Committed(long revisions);

    /// <summary>Does one step, on the writer's thread.</summary>
    void Step();
}
