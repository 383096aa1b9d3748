namespace Keelson.Client.Queues;

public sealed partial class WorkQueue<TItem>
{
    // An item that is to come earlier than was said before is here twice; what its entry in _dueAt does not confirm is void.
    private readonly PriorityQueue<TItem, DateTimeOffset> _delayed = new();
    private readonly Dictionary<TItem, DateTimeOffset> _dueAt = [];
    private ITimer? _timer;
    private DateTimeOffset _timerAt = DateTimeOffset.MaxValue;

    /// <summary>How many items are to be added later.</summary>
    public int Delayed
    {
        get { lock (_lock) return _dueAt.Count; }
    }

    /// <summary>Adds an item after a delay; where it is delayed already, the earlier moment counts.</summary>
    public void AddAfter(TItem item, TimeSpan delay)
    {
        lock (_lock)
        {
            if (_isShutDown) return;
            if (delay <= TimeSpan.Zero)
            {
                AddLocked(item);
                return;
            }

            var due = _time.GetUtcNow() + delay;
            if (_dueAt.TryGetValue(item, out var earlier) && earlier <= due) return;
            if (_dueAt.Count >= _options.Capacity) throw new InvalidOperationException($"The work queue is full: {_options.Capacity} delayed items.");
            _dueAt[item] = due;
            _delayed.Enqueue(item, due);
            SetTimer();
        }
    }

    private void AddDue()
    {
        lock (_lock)
        {
            _timerAt = DateTimeOffset.MaxValue;
            var now = _time.GetUtcNow();
            while (_delayed.TryPeek(out var item, out var due) && due <= now)
            {
                _delayed.Dequeue();
                if (!_dueAt.TryGetValue(item, out var confirmed) || confirmed != due) continue;
                _dueAt.Remove(item);
                AddLocked(item);
            }

            SetTimer();
        }
    }

    private void SetTimer()
    {
        if (_isShutDown || !_delayed.TryPeek(out _, out var next) || next >= _timerAt) return;
        _timerAt = next;
        var pause = next - _time.GetUtcNow();
        if (pause < TimeSpan.Zero) pause = TimeSpan.Zero;
        if (_timer is null) _timer = _time.CreateTimer(static queue => ((WorkQueue<TItem>)queue!).AddDue(), this, pause, Timeout.InfiniteTimeSpan);
        else _timer.Change(pause, Timeout.InfiniteTimeSpan);
    }

    private void DropDelayed()
    {
        _delayed.Clear();
        _dueAt.Clear();
    }
}
