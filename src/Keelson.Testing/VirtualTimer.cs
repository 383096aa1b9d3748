namespace Keelson.Testing;

/// <summary>A timer of a <see cref="VirtualClock"/>, with the rules of the system's own timers.</summary>
internal sealed class VirtualTimer(VirtualClock clock, TimerCallback callback, object? state) : ITimer
{
    private readonly ExecutionContext? _context = ExecutionContext.Capture();
    private readonly Lock _lock = new();
    private TimeSpan _period = Timeout.InfiniteTimeSpan;
    private bool _isDisposed;

    public static IComparer<VirtualTimer> ByDueTime { get; } = Comparer<VirtualTimer>.Create(
        (left, right) => left.DueAt != right.DueAt ? left.DueAt.CompareTo(right.DueAt) : left.Sequence.CompareTo(right.Sequence));

    // Both belong to the clock, which orders by them and changes them only while the timer is not set.
    internal DateTimeOffset DueAt { get; set; }

    internal long Sequence { get; set; }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        Check(dueTime, nameof(dueTime));
        Check(period, nameof(period));
        lock (_lock)
        {
            if (_isDisposed) return false;
            // The system's timers take a period of zero for none.
            _period = period == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : period;
            clock.Schedule(this, dueTime);
            return true;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            clock.Remove(this);
        }
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Goes off, unless it was set anew since it was found to be due.</summary>
    internal void Fire(long sequence)
    {
        lock (_lock)
        {
            if (_isDisposed || Sequence != sequence) return;
            // Before the callback, so that the callback can change it.
            if (_period != Timeout.InfiniteTimeSpan) clock.ScheduleAgain(this, _period);
        }

        Call();
    }

    private void Call()
    {
        if (_context is null)
        {
            callback(state);
            return;
        }

        ExecutionContext.Run(_context, static timer => ((VirtualTimer)timer!).Invoke(), this);
    }

    private void Invoke() => callback(state);

    private static void Check(TimeSpan time, string name)
    {
        if (time < TimeSpan.Zero && time != Timeout.InfiniteTimeSpan) throw new ArgumentOutOfRangeException(name);
    }
}
