namespace Keelson.Testing;

public sealed partial class VirtualClock
{
    /// <summary>How long, in real time, <see cref="AdvanceUntilAsync"/> waits at most.</summary>
    public static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(10);

    // How often the work must be found at rest before the clock is turned, and how long that may take.
    private const int RestsBeforeAdvance = 3;
    private static readonly TimeSpan LongestRest = TimeSpan.FromMilliseconds(100);

    // How long, in real time, work may take to come to its end once the clock has been turned as far as allowed.
    private static readonly TimeSpan GraceAtLimit = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Turns the clock from timer to timer until a condition holds, letting the work that each timer set off
    /// come to rest before the next.
    /// </summary>
    /// <param name="condition">Looked at often and on the caller's thread; it must only look.</param>
    /// <param name="within">The most that the clock may be turned.</param>
    /// <param name="patience">The most real time that it may take, for work that no timer drives.</param>
    /// <exception cref="TimeoutException">The condition did not come to hold.</exception>
    /// <remarks>
    /// At rest means that the thread pool had nothing to do a few times in a row, or that it had for 100 ms of
    /// real time: work that waits for a disk or a process cannot be told from work that is done.
    /// </remarks>
    public async Task AdvanceUntilAsync(
        Func<bool> condition, TimeSpan within, TimeSpan? patience = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(condition);
        var latest = GetUtcNow() + within;
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            await WaitForRestAsync(cancel).ConfigureAwait(false);
            if (condition()) return;
            if (TimeProvider.System.GetElapsedTime(started) > (patience ?? DefaultPatience))
            {
                throw new TimeoutException($"The condition did not come to hold in {patience ?? DefaultPatience} of real time. {this}");
            }

            if (NextTimerAt is not { } next)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, cancel).ConfigureAwait(false);
            }
            else if (next <= latest)
            {
                AdvanceToNextTimer();
            }
            else
            {
                AdvanceTo(latest);
                if (await WaitForAsync(condition, cancel).ConfigureAwait(false)) return;
                throw new TimeoutException($"The condition did not come to hold within {within}. {this}");
            }
        }
    }

    // On a busy machine the last timer's work may still be under way when it was taken to be at rest.
    private static async Task<bool> WaitForAsync(Func<bool> condition, CancellationToken cancel)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > GraceAtLimit) return false;
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, cancel).ConfigureAwait(false);
        }

        return true;
    }

    private static async Task WaitForRestAsync(CancellationToken cancel)
    {
        var started = TimeProvider.System.GetTimestamp();
        for (var rests = 0; rests < RestsBeforeAdvance && TimeProvider.System.GetElapsedTime(started) < LongestRest;)
        {
            cancel.ThrowIfCancellationRequested();
            // Queued behind what is there already.
            await Task.Run(static () => { }, cancel).ConfigureAwait(false);
            rests = ThreadPool.PendingWorkItemCount == 0 ? rests + 1 : 0;
        }
    }
}
