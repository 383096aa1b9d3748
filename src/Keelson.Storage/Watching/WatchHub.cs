using System.Runtime.CompilerServices;
using Keelson.Storage.Mvcc;

namespace Keelson.Storage.Watching;

/// <summary>
/// Where watchers wait for what the writer publishes. Only those are woken whose keys were touched; all
/// others are known to be up to date without running a line of code.
/// </summary>
/// <param name="items">Where previous values come from.</param>
/// <param name="history">Older changes, for an engine whose log in memory does not reach back to the compacted revision.</param>
internal sealed class WatchHub(StoreState state, TimeProvider time, IItemSource items, IChangeHistory? history)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<byte[], HashSet<Watcher>> _waitingForKey = new(KeyOrder.Instance);
    private readonly HashSet<Watcher> _waitingForRange = [];
    private StoreState _state = state;
    private long _announced = state.Revision;
    private bool _closed;

    /// <summary>What readers and watchers may see: nothing that is not durable.</summary>
    public StoreState State => Volatile.Read(ref _state);

    public TimeProvider Time => time;

    public IItemSource Items => items;

    public IChangeHistory? History => history;

    /// <summary>How many watchers wait for something to happen.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate) return _waitingForRange.Count + _waitingForKey.Sum(pair => pair.Value.Count);
        }
    }

    /// <summary>Makes a state visible to readers. Only the writer calls this, one at a time.</summary>
    public void Show(StoreState state) => Volatile.Write(ref _state, state);

    /// <summary>Wakes whoever waits for what was shown since the last time. Only the writer calls this.</summary>
    public void Announce()
    {
        var state = _state;
        if (state.Revision == _announced) return;
        lock (_gate)
        {
            var from = _announced + 1;
            _announced = state.Revision;
            if (_waitingForKey.Count == 0 && _waitingForRange.Count == 0) return;
            if (state.Log.Count == 0 || state.Log.Oldest > from) WakeAll(from);
            for (var place = state.Log.FindFirst(from); place < state.Log.Count; place++) Wake(state.Log[place]);
        }
    }

    /// <summary>The changes of a key range; see <see cref="IStore.WatchAsync"/>.</summary>
    public async IAsyncEnumerable<WatchBatch> WatchAsync(WatchRequest request, [EnumeratorCancellation] CancellationToken cancel)
    {
        RequestCheck.Keys(request.Keys);
        if (request.FromRevision < 0) throw StoreErrors.Invalid("a revision is not negative");
        if (request.ProgressEvery <= TimeSpan.Zero) throw StoreErrors.Invalid("progress marks come after more than no time");
        var state = Volatile.Read(ref _closed) ? throw StoreErrors.Closed() : State;
        if (request.FromRevision != 0 && request.FromRevision < state.Compacted) throw StoreErrors.Compacted(state.Compacted);
        var watcher = new Watcher(this, request, request.FromRevision == 0 ? state.Revision + 1 : request.FromRevision);

        // Says that the watch stands, and from where: a caller that needs "from now" learns when now was.
        yield return new WatchBatch(Math.Min(state.Revision, watcher.Next - 1), []);
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            if (Volatile.Read(ref _closed)) throw StoreErrors.Closed();
            if (watcher.Take(cancel) is { } batch)
            {
                yield return batch;
                continue;
            }

            var progress = await watcher.WaitAsync(cancel).ConfigureAwait(false);
            if (progress != 0) yield return new WatchBatch(progress, []);
        }
    }

    /// <summary>Lets a watcher wait, unless something was published since it looked.</summary>
    public bool TryWait(Watcher watcher)
    {
        lock (_gate)
        {
            if (_closed || watcher.Next <= _state.Revision) return false;
            if (!watcher.Keys.IsSingle) return _waitingForRange.Add(watcher);
            var key = watcher.Keys.Start.ToArray();
            if (!_waitingForKey.TryGetValue(key, out var watchers)) _waitingForKey[key] = watchers = [];
            return watchers.Add(watcher);
        }
    }

    /// <summary>Takes a watcher from the waiting ones; says up to which revision nothing happened for it, or null if it was woken already.</summary>
    public long? StopWaiting(Watcher watcher)
    {
        lock (_gate)
        {
            var waited = watcher.Keys.IsSingle ? Forget(watcher) : _waitingForRange.Remove(watcher);
            if (!waited) return null;

            // What is shown and not announced yet may be of interest; what the watcher has taken is delivered.
            return Math.Min(_state.Revision, Math.Max(_announced, watcher.Next - 1));
        }
    }

    /// <summary>Ends every watch.</summary>
    public void Close()
    {
        List<Watcher> waiting;
        lock (_gate)
        {
            _closed = true;
            waiting = [.. _waitingForRange, .. _waitingForKey.Values.SelectMany(watchers => watchers)];
            _waitingForRange.Clear();
            _waitingForKey.Clear();
        }

        foreach (var watcher in waiting) watcher.Fail(StoreErrors.Closed());
    }

    private bool Forget(Watcher watcher)
    {
        var key = watcher.Keys.Start.ToArray();
        if (!_waitingForKey.TryGetValue(key, out var watchers) || !watchers.Remove(watcher)) return false;
        if (watchers.Count == 0) _waitingForKey.Remove(key);
        return true;
    }

    private void Wake(RevisionRecord record)
    {
        foreach (var change in record.Changes)
        {
            if (_waitingForKey.TryGetValue(change.Key, out var watchers))
            {
                watchers.RemoveWhere(watcher => WakeAt(watcher, record.Revision));
                if (watchers.Count == 0) _waitingForKey.Remove(change.Key);
            }

            if (_waitingForRange.Count > 0)
            {
                _waitingForRange.RemoveWhere(watcher => watcher.Keys.Contains(change.Key) && WakeAt(watcher, record.Revision));
            }
        }
    }

    // What was published did not fit into the log: the watchers find it in the history.
    private void WakeAll(long revision)
    {
        _waitingForRange.RemoveWhere(watcher => WakeAt(watcher, revision));
        foreach (var watchers in _waitingForKey.Values.ToArray()) watchers.RemoveWhere(watcher => WakeAt(watcher, revision));
    }

    // A watch from a future revision sleeps through what comes before.
    private static bool WakeAt(Watcher watcher, long revision)
    {
        if (revision < watcher.Next) return false;
        watcher.Wake(revision);
        return true;
    }
}
