namespace Keelson.Testing;

public sealed partial class VirtualClock
{
    /// <summary>How long, in real time, <see cref="AdvanceUntilAsync"/> waits at most.</summary>
    public static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(60);

    // A look finds the work at rest when the thread pool has nothing queued and no other thread runs or could. How many in a
    // row it takes depends on what suggests that work is still under way; looks, and not time, are counted, as a busy machine
    // delays both. Threads are waited for during some looks only, as other tests of the process have threads, too.
    private const int LooksBeforeShortJump = 2;
    private static readonly int LooksBeforeLongJump = OperatingSystem.IsLinux() ? 5 : 20;
    private const int MostLooks = 120;
    private const int MostLooksAtThreads = 40;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(1);

    // A request under way has a timer too, its timeout, and that is far away.
    private static readonly TimeSpan LongJump = TimeSpan.FromSeconds(1);

    /// <summary>What else says that work is under way, such as requests that were sent and not answered; the clock waits for it.</summary>
    public Func<bool>? IsWorkUnderWay { get; set; }

    /// <summary>
    /// Turns the clock from timer to timer until a condition holds, letting the work that each timer set off
    /// come to rest before the next.
    /// </summary>
    /// <param name="condition">Looked at whenever work has come to rest, at first before the clock is turned; it must only look.</param>
    /// <param name="within">The most that the clock may be turned.</param>
    /// <param name="patience">The most real time that it may take, for work that no timer drives.</param>
    /// <exception cref="TimeoutException">The condition did not come to hold.</exception>
    /// <remarks>
    /// Whether work is at rest cannot be known, only guessed: from threads without work, and from timers, since a
    /// loop that waited for one sets the next when it has done its work. So the moment that a condition is found to
    /// hold can be one timer late on a machine without a free processor, but no test should depend on less.
    /// </remarks>
    public async Task AdvanceUntilAsync(
        Func<bool> condition, TimeSpan within, TimeSpan? patience = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(condition);
        var latest = GetUtcNow() + within;
        var started = TimeProvider.System.GetTimestamp();
        // Nothing is known of what goes on at first.
        var timers = int.MaxValue;
        while (true)
        {
            await RestAsync(timers, latest, cancel).ConfigureAwait(false);
            if (condition()) return;
            if (TimeProvider.System.GetElapsedTime(started) > (patience ?? DefaultPatience))
            {
                throw new TimeoutException($"The condition did not come to hold in {patience ?? DefaultPatience} of real time. {this}");
            }

            timers = TimerCount;
            if (NextTimerAt is not { } next) continue;
            if (next <= latest)
            {
                AdvanceToNextTimer();
            }
            else
            {
                AdvanceTo(latest);
                await RestAsync(int.MaxValue, latest, cancel).ConfigureAwait(false);
                if (condition()) return;
                throw new TimeoutException($"The condition did not come to hold within {within}. {this}");
            }
        }
    }

    private async Task RestAsync(int timersBefore, DateTimeOffset latest, CancellationToken cancel)
    {
        var inRow = 0;
        var started = TimeProvider.System.GetTimestamp();
        for (var look = 0; look < MostLooks && inRow < LooksNeeded(timersBefore, latest); look++)
        {
            await Task.Delay(BetweenLooks, TimeProvider.System, cancel).ConfigureAwait(false);
            if (IsWorkUnderWay?.Invoke() == true && TimeProvider.System.GetElapsedTime(started) < DefaultPatience)
            {
                (look, inRow) = (0, 0);
                continue;
            }

            inRow = !WorkUnderWay.IsQueued && (look >= MostLooksAtThreads || !WorkUnderWay.HasThreads()) ? inRow + 1 : 0;
        }
    }

    private int LooksNeeded(int timersBefore, DateTimeOffset latest)
    {
        lock (_lock)
        {
            var isShort = _scheduled.Count >= timersBefore && _scheduled.Min is { } next && next.DueAt <= latest && next.DueAt - _now <= LongJump;
            return isShort ? LooksBeforeShortJump : LooksBeforeLongJump;
        }
    }
}
