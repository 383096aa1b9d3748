namespace Keelson.Storage.Mvcc;

/// <summary>
/// When each lease runs out. Kept beside the store's state, because keeping a lease alive is neither a
/// revision nor worth a write to disk: after a restart every lease has its whole time again, as in etcd.
/// </summary>
/// <param name="expire">Called without a lock held, with leases whose time is over; ends them, unless kept alive meanwhile.</param>
internal sealed class LeaseDeadlines(TimeProvider time, Action<IReadOnlyList<long>> expire) : IAsyncDisposable
{
    // A timer reaches at most some 49 days; an earlier look does no harm.
    private static readonly TimeSpan FurthestLook = TimeSpan.FromDays(30);

    private readonly Lock _gate = new();
    private readonly Dictionary<long, Deadline> _deadlines = [];
    private readonly PriorityQueue<long, TimeSpan> _order = new();
    private readonly long _origin = time.GetTimestamp();
    private ITimer? _timer;
    private bool _closed;
    private long _lastId;

    private TimeSpan Now => time.GetElapsedTime(_origin);

    /// <summary>Starts or restarts a lease's time.</summary>
    public void Start(long id, TimeSpan timeToLive) => Start(id, timeToLive, timeToLive);

    /// <summary>Starts a lease's time with a part of it gone.</summary>
    public void Start(long id, TimeSpan timeToLive, TimeSpan remaining)
    {
        lock (_gate)
        {
            if (_closed) return;
            var at = Now + remaining;
            _deadlines[id] = new Deadline(timeToLive, at, at);
            _order.Enqueue(id, at);
            if (_order.Count > 2 * _deadlines.Count + 16) Rebuild();
            Arm();
        }
    }

    /// <summary>Restarts the time of a lease that still has some; says how long it lives, or null.</summary>
    public TimeSpan? KeepAlive(long id)
    {
        lock (_gate)
        {
            if (!_deadlines.TryGetValue(id, out var deadline) || deadline.At <= Now) return null;
            Start(id, deadline.TimeToLive);
            return deadline.TimeToLive;
        }
    }

    public void Stop(long id)
    {
        lock (_gate) _deadlines.Remove(id);
    }

    /// <summary>How long a lease has left; not below zero.</summary>
    public TimeSpan Remaining(long id)
    {
        lock (_gate)
        {
            if (!_deadlines.TryGetValue(id, out var deadline)) return TimeSpan.Zero;
            return deadline.At > Now ? deadline.At - Now : TimeSpan.Zero;
        }
    }

    public LeaseState? Describe(Lease? lease) => lease is null ? null
        : new LeaseState(lease.Id, lease.TimeToLive, Remaining(lease.Id), [.. lease.Keys.Select(key => (ReadOnlyMemory<byte>)key)]);

    /// <summary>Has a lease whose time is over ended later, because it could not be ended now.</summary>
    public void LookAgain(long id, TimeSpan wait)
    {
        lock (_gate)
        {
            if (_closed || !_deadlines.TryGetValue(id, out var deadline) || deadline.At > Now) return;
            _deadlines[id] = deadline with { Look = Now + wait };
            _order.Enqueue(id, Now + wait);
            Arm();
        }
    }

    public bool IsOver(long id) => Remaining(id) == TimeSpan.Zero;

    /// <summary>A number for a lease: from the clock, so that a number is not given again after a restart.</summary>
    public long NextId(Func<long, bool> isTaken)
    {
        lock (_gate)
        {
            var id = Math.Max(_lastId + 1, (time.GetUtcNow().ToUnixTimeMilliseconds() << 20) & long.MaxValue);
            while (id <= 0 || isTaken(id)) id = id == long.MaxValue ? 1 : id + 1;
            return _lastId = id;
        }
    }

    public async ValueTask DisposeAsync()
    {
        ITimer? timer;
        lock (_gate)
        {
            _closed = true;
            timer = _timer;
            _timer = null;
        }

        if (timer is not null) await timer.DisposeAsync().ConfigureAwait(false);
    }

    private void Look()
    {
        List<long>? over = null;
        lock (_gate)
        {
            if (_closed) return;
            var now = Now;
            while (_order.TryPeek(out var id, out var at) && at <= now)
            {
                _order.Dequeue();
                if (_deadlines.TryGetValue(id, out var deadline) && deadline.Look == at) (over ??= []).Add(id);
            }

            Arm();
        }

        if (over is not null) expire(over);
    }

    private void Arm()
    {
        if (!_order.TryPeek(out _, out var at)) return;
        var wait = at - Now;
        if (wait < TimeSpan.Zero) wait = TimeSpan.Zero;
        if (wait > FurthestLook) wait = FurthestLook;

        // One tick of the timer is a millisecond; it must not fire a fraction of one too early and spin.
        if (wait > TimeSpan.Zero) wait = TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
        if (_timer is null) _timer = time.CreateTimer(static state => ((LeaseDeadlines)state!).Look(), this, wait, Timeout.InfiniteTimeSpan);
        else _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    // Every keep-alive leaves an outdated entry in the queue.
    private void Rebuild()
    {
        _order.Clear();
        foreach (var (id, deadline) in _deadlines) _order.Enqueue(id, deadline.Look);
    }

    private readonly record struct Deadline(TimeSpan TimeToLive, TimeSpan At, TimeSpan Look);
}
