namespace Keelson.Storage.Tests;

/// <summary>A clock that stands still until a test turns it; its timers fire on the thread that turns it.</summary>
internal sealed class TurnedClock : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<Timer> _timers = [];
    private TimeSpan _elapsed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        lock (_gate) return _elapsed.Ticks;
    }

    public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero) + new TimeSpan(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    public void Turn(TimeSpan by)
    {
        TimeSpan end;
        lock (_gate) end = _elapsed + by;
        while (true)
        {
            Timer? next;
            lock (_gate)
            {
                next = _timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due);
                _elapsed = next is null ? end : next.Due > _elapsed ? next.Due : _elapsed;
                if (next is null) return;
                if (next.Period > TimeSpan.Zero) next.Due = _elapsed + next.Period;
                else _timers.Remove(next);
            }

            next.Fire();
        }
    }

    private sealed class Timer(TurnedClock clock, Action fire) : ITimer
    {
        public TimeSpan Due { get; set; }

        public TimeSpan Period { get; private set; }

        public Action Fire { get; } = fire;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                clock._timers.Remove(this);
                Period = period > TimeSpan.Zero ? period : TimeSpan.Zero;
                if (dueTime < TimeSpan.Zero) return true;
                Due = clock._elapsed + dueTime;
                clock._timers.Add(this);
                return true;
            }
        }

        public void Dispose()
        {
            lock (clock._gate) clock._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
