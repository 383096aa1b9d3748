using Keelson.Client.Queues;
using Keelson.Client.Tests.Support;
using Keelson.Testing;

namespace Keelson.Client.Tests.Queues;

public sealed class WorkQueueTests
{
    private readonly VirtualClock _clock = new();

    [Fact]
    public async Task What_is_added_twice_is_given_out_once_and_in_order()
    {
        using var queue = Create();
        foreach (var item in new[] { "a", "b", "a", "c", "b" }) queue.Add(item);
        Assert.Equal(3, queue.Count);
        Assert.Equal(["a", "b", "c"], [await TakeAsync(queue), await TakeAsync(queue), await TakeAsync(queue)]);
    }

    [Fact]
    public async Task What_is_added_while_it_is_worked_on_comes_again_only_after()
    {
        using var queue = Create();
        queue.Add("a");
        Assert.Equal("a", await TakeAsync(queue));
        queue.Add("a");
        queue.Add("a");
        Assert.Equal(0, queue.Count);
        queue.Done("a");
        Assert.Equal("a", await TakeAsync(queue));
        queue.Done("a");
        Assert.Equal((0, 0), (queue.Count, queue.InProgress));
        Assert.Throws<InvalidOperationException>(() => queue.Done("a"));
    }

    [Fact]
    public async Task Delayed_items_come_when_they_are_due_and_the_earlier_moment_counts()
    {
        using var queue = Create();
        queue.AddAfter("late", TimeSpan.FromSeconds(10));
        queue.AddAfter("early", TimeSpan.FromSeconds(3));
        queue.AddAfter("late", TimeSpan.FromSeconds(5));
        queue.AddAfter("late", TimeSpan.FromSeconds(20));
        queue.AddAfter("now", TimeSpan.Zero);
        Assert.Equal("now", await TakeAsync(queue));
        _clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal("early", await TakeAsync(queue));
        _clock.Advance(TimeSpan.FromSeconds(1.9));
        Assert.Equal((0, 1), (queue.Count, queue.Delayed));
        _clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal("late", await TakeAsync(queue));
        queue.Done("late");
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((0, 0), (queue.Count, queue.Delayed));
    }

    [Fact]
    public void Failures_wait_longer_each_time_until_they_are_forgotten()
    {
        var limiter = RateLimiters.Exponential<string>(new Backoff(TimeSpan.FromMilliseconds(5), TimeSpan.FromSeconds(1000)));
        Assert.Equal([5, 10, 20, 40], Enumerable.Range(0, 4).Select(_ => (int)limiter.When("a").TotalMilliseconds));
        Assert.Equal(5, limiter.When("b").TotalMilliseconds);
        for (var i = 0; i < 2000; i++) Assert.InRange(limiter.When("a"), TimeSpan.Zero, TimeSpan.FromSeconds(1000));
        Assert.Equal(2004, limiter.Failures("a"));
        limiter.Forget("a");
        Assert.Equal((0, 5), (limiter.Failures("a"), limiter.When("a").TotalMilliseconds));
    }

    [Fact]
    public void All_failures_together_stay_below_a_rate()
    {
        var limiter = RateLimiters.Default<int>(_clock);
        var pauses = Enumerable.Range(0, 150).Select(limiter.When).ToList();
        Assert.All(pauses[..100], pause => Assert.Equal(TimeSpan.FromMilliseconds(5), pause));
        Assert.Equal(5, pauses[149].TotalSeconds, 3);
    }

    [Fact]
    public async Task Whoever_waits_gets_the_next_item_and_learns_of_the_end()
    {
        using var queue = Create();
        var first = queue.TakeAsync(Eventually.Limit()).AsTask();
        var second = queue.TakeAsync(Eventually.Limit()).AsTask();
        queue.Add("a");
        var served = await Task.WhenAny(first, second);
        Assert.Equal("a", (await served).Item);
        queue.Add("a");
        queue.ShutDown();
        queue.Add("b");
        // It was added before the end, and is given out once its own work is over.
        queue.Done("a");
        Assert.Equal("a", (await (served == first ? second : first)).Item);
        var drained = queue.DrainAsync(Eventually.Limit());
        Assert.False(drained.IsCompleted);
        queue.Done("a");
        await drained;
        Assert.False((await queue.TakeAsync(Eventually.Limit())).HasItem);
    }

    [Fact]
    public void A_queue_that_is_full_says_so()
    {
        using var queue = new WorkQueue<int>(new WorkQueueOptions<int> { Time = _clock, Capacity = 2 });
        queue.Add(1);
        queue.Add(2);
        queue.Add(2);
        Assert.Throws<InvalidOperationException>(() => queue.Add(3));
    }

    [Fact]
    public async Task Many_workers_never_hold_one_item_twice_and_lose_none()
    {
        using var queue = new WorkQueue<int>();
        var held = new int[50];
        var seen = new int[50];
        var workers = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (await queue.TakeAsync(Eventually.Limit()) is (true, var item))
            {
                Assert.Equal(1, Interlocked.Increment(ref held[item]));
                Interlocked.Increment(ref seen[item]);
                await Task.Yield();
                Interlocked.Decrement(ref held[item]);
                queue.Done(item);
            }
        })).ToList();
        var random = new Random(5);
        for (var i = 0; i < 20_000; i++) queue.Add(random.Next(held.Length));
        await queue.DrainAsync(Eventually.Limit());
        await Task.WhenAll(workers);
        Assert.All(seen, count => Assert.True(count > 0));
    }

    [Fact]
    public async Task Metrics_tell_how_long_items_waited_and_were_worked_on()
    {
        var metrics = new Metrics();
        using var queue = new WorkQueue<string>(new WorkQueueOptions<string> { Time = _clock, Metrics = metrics });
        queue.Add("a");
        _clock.Advance(TimeSpan.FromSeconds(2));
        await TakeAsync(queue);
        _clock.Advance(TimeSpan.FromSeconds(3));
        queue.Done("a");
        queue.AddRateLimited("a");
        Assert.Equal(["added 1", "taken 0 after 2", "done after 3", "retried"], metrics.Calls);
    }

    private static async Task<string> TakeAsync(WorkQueue<string> queue)
    {
        var (hasItem, item) = await queue.TakeAsync(Eventually.Limit());
        Assert.True(hasItem);
        return item;
    }

    private WorkQueue<string> Create() => new(new WorkQueueOptions<string> { Time = _clock });

    private sealed class Metrics : IWorkQueueMetrics
    {
        public List<string> Calls { get; } = [];

        public void Added(int depth) => Calls.Add($"added {depth}");

        public void Taken(int depth, TimeSpan waited) => Calls.Add($"taken {depth} after {waited.TotalSeconds}");

        public void Done(TimeSpan worked) => Calls.Add($"done after {worked.TotalSeconds}");

        public void Retried() => Calls.Add("retried");
    }
}
