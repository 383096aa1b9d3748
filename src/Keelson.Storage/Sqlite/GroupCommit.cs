using Keelson.Storage.Mvcc;
using Keelson.Storage.Watching;

namespace Keelson.Storage.Sqlite;

/// <summary>
/// The one writer. What arrives while a commit is being synced is written together in the next one: many
/// transactions, one fsync. Nobody is told of a commit, and no reader sees it, before it is on disk.
/// </summary>
/// <remarks>
/// A write that finds nobody writing runs on its caller's own thread: a lone client pays for the disk and
/// not for two changes of thread, and waits for no company. Everything else is done by the writer's thread.
/// </remarks>
internal sealed class GroupCommit(WriteSession session, WatchHub hub, FaultState fault, AcknowledgedMark mark, SqliteStoreOptions options, IBackgroundWork background)
    : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Queue<WriteRequest> _queue = new();
    private readonly SemaphoreSlim _room = new(options.MaxQueuedWrites, options.MaxQueuedWrites);
    private readonly SemaphoreSlim _signal = new(0);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _writing;
    private bool _closed;
    private bool _started;

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
            Submit(request);
            if (request.Completion.IsCompleted || !cancel.CanBeCanceled) return await request.Completion.ConfigureAwait(false);
            using var registration = cancel.UnsafeRegister(static (state, token) => ((WriteRequest<T>)state!).Cancel(token), request);
            return await request.Completion.ConfigureAwait(false);
        }
        finally
        {
            _room.Release();
        }
    }

    /// <summary>Writes what the store itself has to write, on the writer's thread.</summary>
    public void Enqueue(WriteRequest request)
    {
        lock (_gate)
        {
            if (!_closed)
            {
                _queue.Enqueue(request);
                if (!_writing) _signal.Release();
                return;
            }
        }

        request.Fail(StoreErrors.Closed());
    }

    /// <summary>Lets the writer look whether there is work in the background.</summary>
    public void Nudge()
    {
        lock (_gate)
        {
            if (!_writing) _signal.Release();
        }
    }

    /// <summary>Writes what is queued, and then nothing more.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_closed) return;
            _closed = true;
            _signal.Release();
        }

        if (_started) await _ended.Task.ConfigureAwait(false);
    }

    private void Submit(WriteRequest request)
    {
        lock (_gate)
        {
            if (_closed) throw StoreErrors.Closed();
            if (_writing || _queue.Count > 0 || background.HasWork)
            {
                _queue.Enqueue(request);
                if (!_writing) _signal.Release();
                return;
            }

            _writing = true;
        }

        try
        {
            if (request.TryStart()) Write([request]);
        }
        finally
        {
            EndWriting();
        }
    }

    private void EndWriting()
    {
        lock (_gate)
        {
            _writing = false;
            if (_queue.Count > 0 || _closed || background.HasWork) _signal.Release();
        }
    }

    private void Loop()
    {
        var batch = new List<WriteRequest>();
        while (true)
        {
            var hasWork = false;
            lock (_gate)
            {
                if (!_writing)
                {
                    Take(batch);
                    hasWork = batch.Count > 0 || (background.HasWork && !_closed);
                    if (!hasWork && _closed) break;
                    _writing = hasWork;
                }
            }

            if (!hasWork)
            {
                _signal.Wait();
                continue;
            }

            if (batch.Count > 0) Write(batch);
            batch.Clear();
            background.Step();
            lock (_gate) _writing = false;
        }

        _ended.SetResult();
    }

    private void Take(List<WriteRequest> batch)
    {
        while (batch.Count < options.MaxBatch && _queue.TryDequeue(out var request))
        {
            if (request.TryStart()) batch.Add(request);
        }
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
            hub.Publish(state with { Log = state.Log.Bound(options.WatchLogRevisions, options.WatchLogBytes) });
        }
        catch (Exception exception)
        {
            Abandon(batch, exception);
            return;
        }

        foreach (var request in done) request.Complete();
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
