using Keelson.Storage.Memory;

namespace Keelson.Storage.Tests.Memory;

public sealed class MemoryStoreTests
{
    private readonly TurnedClock _clock = new();

    [Fact]
    public async Task A_fork_has_everything_and_goes_its_own_way()
    {
        await using var store = new MemoryStore(_clock);
        var lease = await store.GrantLeaseAsync(TimeSpan.FromSeconds(10));
        await PutAsync(store, "leased", "l", lease.Id);
        var first = await PutAsync(store, "a", "1");
        await using var fork = store.Fork();

        await PutAsync(store, "a", "original");
        await PutAsync(fork, "a", "fork");
        await PutAsync(fork, "b", "fork");
        Assert.Equal("original", await ValueAsync(store, "a"));
        Assert.Equal("fork", await ValueAsync(fork, "a"));
        Assert.Null(await ValueAsync(store, "b"));
        Assert.Equal("1", await ValueAsync(fork, "a", first));
        Assert.Equal((first + 1, first + 2), ((await store.StatusAsync()).Revision, (await fork.StatusAsync()).Revision));

        await store.KeepLeaseAliveAsync(lease.Id);
        _clock.Turn(TimeSpan.FromSeconds(5));
        await fork.KeepLeaseAliveAsync(lease.Id);
        _clock.Turn(TimeSpan.FromSeconds(6));
        Assert.Null(await ValueAsync(store, "leased"));
        Assert.Equal("l", await ValueAsync(fork, "leased"));
    }

    [Fact]
    public async Task A_fork_with_a_clock_of_its_own_keeps_its_leases()
    {
        await using var store = new MemoryStore(_clock);
        var lease = await store.GrantLeaseAsync(TimeSpan.FromSeconds(10));
        await PutAsync(store, "leased", "l", lease.Id);
        _clock.Turn(TimeSpan.FromSeconds(4));
        var clock = new TurnedClock();
        await using var fork = store.Fork(clock);
        _clock.Turn(TimeSpan.FromSeconds(10));
        Assert.Null(await ValueAsync(store, "leased"));
        Assert.Equal(TimeSpan.FromSeconds(6), (await fork.GetLeaseAsync(lease.Id))!.Remaining);
        clock.Turn(TimeSpan.FromSeconds(6));
        Assert.Null(await ValueAsync(fork, "leased"));
    }

    [Fact]
    public async Task Both_histories_can_be_watched_after_a_fork()
    {
        await using var store = new MemoryStore(_clock);
        var first = await PutAsync(store, "a", "1");
        await using var fork = store.Fork();
        await PutAsync(store, "a", "original");
        await PutAsync(fork, "a", "fork");
        Assert.Equal(["1", "original"], await WatchedAsync(store, first, 2));
        Assert.Equal(["1", "fork"], await WatchedAsync(fork, first, 2));
    }

    [Fact]
    public async Task A_write_has_been_told_to_watchers_when_it_returns()
    {
        await using var store = new MemoryStore(_clock);
        await using var watch = store.WatchAsync(new WatchRequest(KeyRange.All)).GetAsyncEnumerator();
        Assert.True(await watch.MoveNextAsync());
        Assert.Empty(watch.Current.Changes);
        Assert.Equal(1, watch.Current.Revision);
        var revision = await PutAsync(store, "a", "1");
        var next = watch.MoveNextAsync();
        Assert.True(next.IsCompleted);
        Assert.True(await next);
        Assert.Equal(revision, watch.Current.Revision);
    }

    [Fact]
    public async Task History_is_bounded()
    {
        await using var store = new MemoryStore(_clock, new MemoryStoreOptions { MaxHistory = 100 });
        for (var i = 0; i < 1_000; i++) await PutAsync(store, $"k{i % 10}", $"{i}");
        var status = await store.StatusAsync();
        Assert.InRange(status.CompactedRevision, status.Revision - 151, status.Revision - 99);
        Assert.Equal("999", await ValueAsync(store, "k9"));
        Assert.Equal(10, (await store.RangeAsync(new RangeRequest(KeyRange.All, status.CompactedRevision))).Count);
    }

    [Fact]
    public async Task A_closed_store_refuses_everything_and_ends_its_watches()
    {
        var store = new MemoryStore(_clock);
        await using var watch = store.WatchAsync(new WatchRequest(KeyRange.All)).GetAsyncEnumerator();
        await watch.MoveNextAsync();
        var next = watch.MoveNextAsync().AsTask();
        await store.DisposeAsync();
        Assert.Equal(StoreError.Unavailable, (await Assert.ThrowsAsync<StoreException>(() => next)).Error);
        Assert.Equal(StoreError.Unavailable, (await Assert.ThrowsAsync<StoreException>(() => PutAsync(store, "a", "1"))).Error);
        Assert.Equal(StoreError.Unavailable, (await Assert.ThrowsAsync<StoreException>(() => ValueAsync(store, "a"))).Error);
    }

    [Fact]
    public async Task Requests_beyond_the_limits_are_refused()
    {
        await using var store = new MemoryStore(_clock);
        var nested = new Transaction([], [], []);
        for (var i = 0; i < 20; i++) nested = new Transaction([], [new Operation.Nested(nested)], []);
        Transaction[] refused =
        [
            nested,
            new([], [.. Enumerable.Range(0, 10_001).Select(i => new Operation.Put(BitConverter.GetBytes(i), default))], []),
            new([], [new Operation.Put(new byte[20_000], default)], []),
            new([], [new Operation.Put(new byte[1], new byte[33 << 20])], []),
            new([], [new Operation.Range(new RangeRequest(KeyRange.All, Limit: -1))], []),
        ];
        foreach (var transaction in refused)
        {
            Assert.Equal(StoreError.InvalidRequest, (await Assert.ThrowsAsync<StoreException>(async () => await store.CommitAsync(transaction))).Error);
        }

        Assert.Equal(StoreError.InvalidRequest, (await Assert.ThrowsAsync<StoreException>(async () => await store.GrantLeaseAsync(TimeSpan.Zero))).Error);
        Assert.Equal(StoreError.InvalidRequest, (await Assert.ThrowsAsync<StoreException>(async () => await store.GrantLeaseAsync(TimeSpan.FromSeconds(1), -1))).Error);
        Assert.Equal(1, (await store.StatusAsync()).Revision);
    }

    private static async Task<long> PutAsync(MemoryStore store, string key, string value, long lease = 0) =>
        (await store.CommitAsync(new Transaction([], [new Operation.Put(Bytes(key), Bytes(value), lease)], []))).Revision;

    private static async Task<string?> ValueAsync(MemoryStore store, string key, long revision = 0) =>
        await store.GetAsync(Bytes(key), revision) is { } item ? System.Text.Encoding.UTF8.GetString(item.Value.Span) : null;

    private static async Task<List<string>> WatchedAsync(MemoryStore store, long from, int count)
    {
        var values = new List<string>();
        await foreach (var batch in store.WatchAsync(new WatchRequest(KeyRange.All, from)))
        {
            values.AddRange(batch.Changes.Select(change => System.Text.Encoding.UTF8.GetString(change.Item.Value.Span)));
            if (values.Count >= count) break;
        }

        return values;
    }

    private static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);
}
