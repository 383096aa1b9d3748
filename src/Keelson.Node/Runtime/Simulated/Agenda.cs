namespace Keelson.Node.Runtime.Simulated;

/// <summary>What is to happen later, on one timer however much it is; what falls on one moment happens in the order it was added.</summary>
/// <remarks>Everything happens under the lock that was given, which <see cref="Add"/> is called under, too.</remarks>
internal sealed class Agenda(TimeProvider time, Lock gate) : IAsyncDisposable
{
    private readonly PriorityQueue<Action, (long Due, long Order)> _items = new();
    private ITimer? _timer;
    private long _order;
    private bool _disposed;

    public void Add(TimeSpan delay, Action action)
    {
        var due = time.GetTimestamp() + (long)(delay.TotalSeconds * time.TimestampFrequency);
        _items.Enqueue(action, (due, _order++));
        if (_items.Peek() == action) Schedule();
    }

    public async ValueTask DisposeAsync()
    {
        ITimer? timer;
        lock (gate)
        {
            _disposed = true;
            timer = _timer;
        }

        if (timer is not null) await timer.DisposeAsync().ConfigureAwait(false);
    }

    private void Schedule()
    {
        if (_disposed || !_items.TryPeek(out _, out var next)) return;
        var wait = time.GetElapsedTime(time.GetTimestamp(), next.Due);
        // A timer counts whole milliseconds; one too early would only come again. None is due at once: that would run on
        // another thread beside the caller, in no certain order.
        wait = TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling(wait.TotalMilliseconds), 1, 1e9));
        _timer ??= time.CreateTimer(_ => Run(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private void Run()
    {
        lock (gate)
        {
            while (!_disposed && _items.TryPeek(out var action, out var next) && next.Due <= time.GetTimestamp())
            {
                _items.Dequeue();
                action();
            }

            Schedule();
        }
    }
}
