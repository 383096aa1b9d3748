namespace Keelson.Testing.Tests;

/// <remarks>Whether work is at rest shows in the thread pool, which no other test of a clock may keep busy meanwhile.</remarks>
[Collection(nameof(ThreadPool))]
public sealed class VirtualClockTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly VirtualClock _clock = new();
    private readonly List<string> _fired = [];

    [Fact]
    public void It_stands_still_until_it_is_turned()
    {
        var start = _clock.GetUtcNow();
        var stamp = _clock.GetTimestamp();
        Assert.Equal(VirtualClock.DefaultStart, start);
        Assert.Equal(start, _clock.GetUtcNow());

        _clock.Advance(Second);

        Assert.Equal(start + Second, _clock.GetUtcNow());
        Assert.Equal(Second, _clock.GetElapsedTime(stamp));
    }

    [Fact]
    public void It_does_not_go_back()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _clock.Advance(-Second));
        Assert.Throws<ArgumentOutOfRangeException>(() => _clock.AdvanceTo(_clock.GetUtcNow() - Second));
        _clock.Advance(TimeSpan.Zero);
    }

    [Fact]
    public void Timers_go_off_in_the_order_of_their_due_times()
    {
        Set("third", 3 * Second);
        Set("first", Second);
        Set("second", 2 * Second);

        _clock.Advance(2 * Second);
        Assert.Equal(["first at 1", "second at 2"], _fired);

        _clock.Advance(Second);
        Assert.Equal("third at 3", _fired[^1]);
        Assert.Equal(0, _clock.TimerCount);
    }

    [Fact]
    public void Timers_that_are_due_together_go_off_in_the_order_in_which_they_were_set()
    {
        foreach (var name in (string[])["a", "b", "c", "d"]) Set(name, Second);
        _clock.Advance(Second);
        Assert.Equal(["a at 1", "b at 1", "c at 1", "d at 1"], _fired);
    }

    [Fact]
    public void A_timer_that_another_one_sets_goes_off_in_the_same_turn_at_its_own_time()
    {
        _clock.CreateTimer(_ => Set("inner", Second), null, Second, Timeout.InfiniteTimeSpan);
        Set("between", 1.5 * Second);
        _clock.Advance(5 * Second);
        Assert.Equal(["between at 1.5", "inner at 2"], _fired);
        Assert.Equal(VirtualClock.DefaultStart + 5 * Second, _clock.GetUtcNow());
    }

    [Fact]
    public void A_periodic_timer_goes_off_once_a_period()
    {
        using var timer = _clock.CreateTimer(_ => Note("tick"), null, Second, 2 * Second);
        _clock.Advance(6 * Second);
        Assert.Equal(["tick at 1", "tick at 3", "tick at 5"], _fired);
        Assert.Equal(VirtualClock.DefaultStart + 7 * Second, _clock.NextTimerAt);
    }

    [Fact]
    public void A_timer_that_is_disposed_or_changed_does_not_go_off_as_before()
    {
        var disposed = Set("disposed", Second);
        var changed = Set("changed", Second);
        var stopped = Set("stopped", Second);
        disposed.Dispose();
        Assert.True(changed.Change(3 * Second, Timeout.InfiniteTimeSpan));
        Assert.True(stopped.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
        Assert.False(disposed.Change(Second, Second));

        _clock.Advance(10 * Second);

        Assert.Equal(["changed at 3"], _fired);
    }

    [Fact]
    public void A_timer_can_change_itself_when_it_goes_off()
    {
        ITimer? timer = null;
        timer = _clock.CreateTimer(_ =>
        {
            Note("tick");
            if (_fired.Count == 3) timer!.Dispose();
        }, null, Second, Second);
        _clock.Advance(10 * Second);
        Assert.Equal(["tick at 1", "tick at 2", "tick at 3"], _fired);
    }

    [Fact]
    public async Task A_timer_that_is_due_at_once_needs_no_turn()
    {
        var fired = new TaskCompletionSource();
        using var timer = _clock.CreateTimer(_ => fired.SetResult(), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        await fired.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Delays_timeouts_and_periodic_timers_follow_the_clock()
    {
        var delay = Task.Delay(Second, _clock);
        using var timeout = new CancellationTokenSource(2 * Second, _clock);
        using var periodic = new PeriodicTimer(3 * Second, _clock);
        var tick = periodic.WaitForNextTickAsync();
        Assert.False(delay.IsCompleted);

        _clock.Advance(Second);
        await delay.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.False(timeout.IsCancellationRequested);

        _clock.Advance(Second);
        Assert.True(timeout.IsCancellationRequested);
        Assert.False(tick.IsCompleted);

        _clock.Advance(Second);
        Assert.True(await tick);
    }

    [Fact]
    public void A_callback_must_not_turn_the_clock()
    {
        _clock.CreateTimer(_ => _clock.Advance(Second), null, Second, Timeout.InfiniteTimeSpan);
        Assert.Throws<InvalidOperationException>(() => _clock.Advance(Second));
        // The clock is usable again afterwards.
        Set("later", Second);
        _clock.Advance(Second);
        Assert.Equal(["later at 2"], _fired);
    }

    [Fact]
    public void A_timer_that_never_lets_time_pass_is_found()
    {
        ITimer? timer = null;
        timer = _clock.CreateTimer(_ => timer!.Change(TimeSpan.FromTicks(1), Timeout.InfiniteTimeSpan), null, Second, Timeout.InfiniteTimeSpan);
        Assert.Throws<InvalidOperationException>(() => _clock.Advance(2 * Second));
    }

    [Fact]
    public void A_callback_sees_the_context_of_whoever_set_the_timer()
    {
        var local = new AsyncLocal<string> { Value = "setter" };
        var seen = "";
        _clock.CreateTimer(_ => seen = local.Value!, null, Second, Timeout.InfiniteTimeSpan);
        local.Value = "turner";
        _clock.Advance(Second);
        Assert.Equal("setter", seen);
    }

    [Fact]
    public void Turning_to_the_next_timer_stops_there()
    {
        Assert.False(_clock.AdvanceToNextTimer());
        Set("a", 5 * Second);
        Set("b", 5 * Second);
        Set("c", 6 * Second);
        Assert.True(_clock.AdvanceToNextTimer());
        Assert.Equal(["a at 5", "b at 5"], _fired);
    }

    [Fact]
    public async Task Turning_until_a_condition_holds_drives_a_loop_that_waits_between_steps()
    {
        var steps = 0;
        var loop = Task.Run(async () =>
        {
            while (steps < 100)
            {
                await Task.Delay(Second, _clock);
                Interlocked.Increment(ref steps);
            }
        });

        await _clock.AdvanceUntilAsync(() => Volatile.Read(ref steps) == 100, TimeSpan.FromMinutes(5));

        await loop;
        Assert.Equal(VirtualClock.DefaultStart + 100 * Second, _clock.GetUtcNow());
    }

    [Fact]
    public async Task Turning_until_a_condition_holds_gives_up_at_its_limit_and_says_where_the_clock_stands()
    {
        using var timer = _clock.CreateTimer(_ => { }, null, Second, Second);
        var error = await Assert.ThrowsAsync<TimeoutException>(() => _clock.AdvanceUntilAsync(() => false, 3 * Second));
        Assert.Contains("2026-01-01 00:00:03.000Z, 1 timers set, the next for 2026-01-01 00:00:04.000Z", error.Message, StringComparison.Ordinal);

        timer.Dispose();
        await Assert.ThrowsAsync<TimeoutException>(() => _clock.AdvanceUntilAsync(() => false, Second, TimeSpan.FromMilliseconds(5)));
    }

    [Fact]
    public async Task It_is_not_turned_while_something_says_that_work_is_under_way()
    {
        var looks = 0;
        _clock.IsWorkUnderWay = () => ++looks < 200;
        var looksWhenFired = 0;
        using var timer = _clock.CreateTimer(_ => looksWhenFired = looks, null, Second, Timeout.InfiniteTimeSpan);
        await _clock.AdvanceUntilAsync(() => looksWhenFired > 0, 2 * Second);
        Assert.InRange(looksWhenFired, 200, int.MaxValue);
    }

    [Fact]
    public async Task Many_threads_may_set_timers_while_the_clock_is_turned()
    {
        var count = 0;
        var setters = Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 500; i++) _clock.CreateTimer(_ => Interlocked.Increment(ref count), null, TimeSpan.FromTicks(1 + i), Timeout.InfiniteTimeSpan);
        })).ToArray();
        while (!Task.WhenAll(setters).IsCompleted) _clock.Advance(TimeSpan.FromTicks(10));
        await Task.WhenAll(setters);
        _clock.Advance(Second);
        Assert.Equal(2000, count);
    }

    private ITimer Set(string name, TimeSpan dueTime) =>
        _clock.CreateTimer(_ => Note(name), null, dueTime, Timeout.InfiniteTimeSpan);

    private void Note(string name) =>
        _fired.Add(FormattableString.Invariant($"{name} at {(_clock.GetUtcNow() - VirtualClock.DefaultStart).TotalSeconds}"));
}
