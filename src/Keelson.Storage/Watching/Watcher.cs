using Keelson.Storage.Mvcc;

namespace Keelson.Storage.Watching;

/// <summary>One watch: a cursor into the shared log, and a place to wait at its end.</summary>
internal sealed class Watcher(WatchHub hub, WatchRequest request, long next)
{
    /// <summary>A batch ends with the revision that brings it to so many changes or bytes.</summary>
    public const int BatchChanges = 500;
    public const long BatchBytes = 1 << 20;

    private TaskCompletionSource<long>? _waiting;

    public KeyRange Keys => request.Keys;

    /// <summary>The first revision that was not delivered. Moved by the hub while the watcher waits.</summary>
    public long Next { get; private set; } = next;

    /// <summary>What is there to deliver, or null when the cursor is at the end of the log.</summary>
    public WatchBatch? Take(CancellationToken cancel)
    {
        while (hub.State is var state && Next <= state.Revision)
        {
            cancel.ThrowIfCancellationRequested();
            var batch = state.Log.Count > 0 && Next >= state.Log.Oldest ? TakeFromLog(state) : TakeFromHistory(state, cancel);
            if (batch.Changes.Count > 0) return batch;
        }

        return null;
    }

    /// <summary>Waits for a revision that the watch is interested in, or for the time of a progress mark.</summary>
    /// <returns>The revision up to which nothing happened, for a progress mark; zero where there is something to take.</returns>
    public async ValueTask<long> WaitAsync(CancellationToken cancel)
    {
        var waiting = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting = waiting;
        if (!hub.TryWait(this)) return 0;
        using var cancelled = cancel.UnsafeRegister(static (state, token) => ((Watcher)state!).Cancel(token), this);
        if (request.ProgressEvery is not { } every) return await waiting.Task.ConfigureAwait(false);

        var timer = hub.Time.CreateTimer(static state => ((Watcher)state!).Progress(), this, every, Timeout.InfiniteTimeSpan);
        await using (timer.ConfigureAwait(false)) return await waiting.Task.ConfigureAwait(false);
    }

    /// <summary>Wakes the waiting watcher. Called by the hub, which has taken it from the waiting ones.</summary>
    public void Wake(long next)
    {
        Next = next;
        _waiting!.TrySetResult(0);
    }

    public void Fail(Exception failure) => _waiting!.TrySetException(failure);

    private void Cancel(CancellationToken token)
    {
        if (hub.StopWaiting(this) is not null) _waiting!.TrySetCanceled(token);
    }

    private void Progress()
    {
        if (hub.StopWaiting(this) is not { } revision) return;
        Next = Math.Max(Next, revision + 1);
        _waiting!.TrySetResult(revision);
    }

    private WatchBatch TakeFromLog(StoreState state)
    {
        var changes = new List<Change>();
        long bytes = 0;
        for (var place = state.Log.FindFirst(Next); place < state.Log.Count; place++)
        {
            var record = state.Log[place];
            Next = record.Revision + 1;
            foreach (var change in record.Changes)
            {
                if (!Keys.Contains(change.Key)) continue;
                changes.Add(request.WithPrevious ? change.WithPrevious(hub.Items) : change.Change);
                bytes += change.Bytes;
            }

            if (changes.Count >= BatchChanges || bytes >= BatchBytes) return new WatchBatch(record.Revision, changes);
        }

        Next = state.Revision + 1;
        return new WatchBatch(state.Revision, changes);
    }

    private WatchBatch TakeFromHistory(StoreState state, CancellationToken cancel)
    {
        if (Next < state.Compacted) throw StoreErrors.Compacted(state.Compacted);
        var last = state.Log.Count > 0 ? state.Log.Oldest - 1 : state.Revision;
        if (hub.History is not { } history)
        {
            // Such an engine's log reaches back to the compacted revision, and there is none older.
            Next = last + 1;
            return new WatchBatch(last, []);
        }

        var page = history.Read(Next, last, Keys, request.WithPrevious, cancel);

        // A compaction that began since may have taken something that the page should have had.
        if (Next < hub.State.Compacted) throw StoreErrors.Compacted(hub.State.Compacted);
        Next = page.Through + 1;
        return new WatchBatch(page.Through, page.Changes);
    }
}
