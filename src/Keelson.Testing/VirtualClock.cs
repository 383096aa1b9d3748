using System.Globalization;

namespace Keelson.Testing;

/// <summary>A clock that stands still until a test turns it; timers go off in the order of their due times.</summary>
/// <remarks>
/// Timers that are due at the same moment go off in the order in which they were set, and each sees the
/// clock at its own due time, however far the clock is turned. Callbacks run on the thread that turns.
/// </remarks>
public sealed partial class VirtualClock : TimeProvider
{
    /// <summary>Where the clock starts when nobody says: midnight of a new year, so that times in tests read easily.</summary>
    public static readonly DateTimeOffset DefaultStart = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>How many timers one turn may set off, so that a timer that sets itself again without delay is found.</summary>
    public const int FiringsPerAdvanceLimit = 1_000_000;

    private readonly Lock _lock = new();
    private readonly SortedSet<VirtualTimer> _scheduled = new(VirtualTimer.ByDueTime);
    private readonly DateTimeOffset _start;
    private DateTimeOffset _now;
    private long _sequence;
    private int _advancingThread;

    public VirtualClock() : this(DefaultStart) { }

    public VirtualClock(DateTimeOffset start)
    {
        _start = start.ToUniversalTime();
        _now = _start;
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>How many timers are set.</summary>
    public int TimerCount
    {
        get { lock (_lock) return _scheduled.Count; }
    }

    /// <summary>When the next timer goes off, or null where none is set.</summary>
    public DateTimeOffset? NextTimerAt
    {
        get { lock (_lock) return _scheduled.Min?.DueAt; }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock) return _now;
    }

    public override long GetTimestamp() => (GetUtcNow() - _start).Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Turns the clock on and sets off every timer on the way, also those that others set on the way.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        AdvanceTo(GetUtcNow() + by);
    }

    /// <summary>As <see cref="Advance"/>, to a moment that is not in the past.</summary>
    public void AdvanceTo(DateTimeOffset moment)
    {
        EnterAdvance(moment);
        try
        {
            for (var fired = 0; ; fired++)
            {
                if (fired >= FiringsPerAdvanceLimit)
                {
                    throw new InvalidOperationException(
                        $"{FiringsPerAdvanceLimit} timers went off on the way to {Text(moment)}; one of them seems to set itself again at once.");
                }

                if (TakeDue(moment) is not var (timer, sequence)) return;
                timer.Fire(sequence);
            }
        }
        finally
        {
            Volatile.Write(ref _advancingThread, 0);
        }
    }

    /// <summary>Turns the clock to the next timer and sets it off, with those due at the same moment; false where none is set.</summary>
    public bool AdvanceToNextTimer()
    {
        if (NextTimerAt is not { } next) return false;
        var now = GetUtcNow();
        AdvanceTo(next > now ? next : now);
        return true;
    }

    /// <summary>What a failing test wants to know of the clock.</summary>
    public override string ToString()
    {
        lock (_lock)
        {
            return $"{Text(_now)}, {_scheduled.Count} timers set"
                + (_scheduled.Min is { } next ? $", the next for {Text(next.DueAt)}" : "");
        }
    }

    internal void Schedule(VirtualTimer timer, TimeSpan dueTime)
    {
        long sequence;
        lock (_lock)
        {
            _scheduled.Remove(timer);
            timer.Sequence = sequence = ++_sequence;
            if (dueTime == Timeout.InfiniteTimeSpan) return;
            timer.DueAt = _now + dueTime;
            if (dueTime > TimeSpan.Zero)
            {
                _scheduled.Add(timer);
                return;
            }
        }

        // What is due now does not wait for the clock to be turned, but neither does it run inside its creator.
        ThreadPool.UnsafeQueueUserWorkItem(static due => due.timer.Fire(due.sequence), (timer, sequence), preferLocal: false);
    }

    /// <summary>Sets a timer that went off for its next period.</summary>
    internal void ScheduleAgain(VirtualTimer timer, TimeSpan period)
    {
        lock (_lock)
        {
            _scheduled.Remove(timer);
            timer.DueAt += period;
            timer.Sequence = ++_sequence;
            _scheduled.Add(timer);
        }
    }

    internal void Remove(VirtualTimer timer)
    {
        lock (_lock) _scheduled.Remove(timer);
    }

    private void EnterAdvance(DateTimeOffset moment)
    {
        if (Interlocked.CompareExchange(ref _advancingThread, Environment.CurrentManagedThreadId, 0) != 0)
        {
            throw new InvalidOperationException("The clock is being turned already: by a timer's callback, or on another thread.");
        }

        lock (_lock)
        {
            if (moment >= _now) return;
        }

        Volatile.Write(ref _advancingThread, 0);
        throw new ArgumentOutOfRangeException(nameof(moment), $"{Text(moment)} is in the past of {this}.");
    }

    // The earliest timer up to the moment, with the clock at its due time; else the clock at the moment.
    private (VirtualTimer Timer, long Sequence)? TakeDue(DateTimeOffset moment)
    {
        lock (_lock)
        {
            if (_scheduled.Min is { } timer && timer.DueAt <= moment)
            {
                _scheduled.Remove(timer);
                if (timer.DueAt > _now) _now = timer.DueAt;
                return (timer, timer.Sequence);
            }

            _now = moment;
            return null;
        }
    }

    private static string Text(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
