using System.Text;
using Keelson.Storage;

namespace Keelson.Testing.Tests;

public sealed class TestClusterTests
{
    private static readonly TestClusterOptions StoreOnly = new() { Parts = ClusterParts.None };

    [Fact]
    public async Task A_cluster_starts_empty_at_the_same_time_always()
    {
        await using var cluster = await TestCluster.StartAsync(StoreOnly);
        Assert.Equal(VirtualClock.DefaultStart, cluster.Clock.GetUtcNow());
        Assert.Empty((await cluster.Store.RangeAsync(new RangeRequest(KeyRange.All))).Items);
    }

    [Fact]
    public async Task Two_clusters_with_the_same_steps_end_the_same()
    {
        Assert.Equal(await HistoryAsync(seed: 5), await HistoryAsync(seed: 5));
        Assert.NotEqual(await HistoryAsync(seed: 5), await HistoryAsync(seed: 6));
    }

    [Fact]
    public async Task Options_set_the_time_and_the_seed()
    {
        var time = new DateTimeOffset(2030, 2, 3, 4, 5, 6, TimeSpan.Zero);
        await using var cluster = await TestCluster.StartAsync(StoreOnly with { StartTime = time, Seed = 9 });
        Assert.Equal(time, cluster.Clock.GetUtcNow());
        Assert.Equal(9, cluster.Random.Seed);
    }

    [Fact]
    public async Task A_lease_runs_out_when_the_clock_is_turned()
    {
        await using var cluster = await TestCluster.StartAsync(StoreOnly);
        var lease = await cluster.Store.GrantLeaseAsync(TimeSpan.FromSeconds(10));
        await PutAsync(cluster, "/leader", "me", lease.Id);

        cluster.Clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal("me", await GetAsync(cluster, "/leader"));

        cluster.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(await GetAsync(cluster, "/leader"));
    }

    [Fact]
    public async Task A_fork_has_everything_and_goes_its_own_way()
    {
        await using var original = await TestCluster.StartAsync(StoreOnly);
        await PutAsync(original, "/a", "1");
        original.Clock.Advance(TimeSpan.FromHours(1));

        await using var fork = await original.ForkAsync();
        Assert.Equal("1", await GetAsync(fork, "/a"));
        Assert.Equal(original.Clock.GetUtcNow(), fork.Clock.GetUtcNow());
        Assert.Equal((await original.Store.StatusAsync()).Revision, (await fork.Store.StatusAsync()).Revision);

        await PutAsync(fork, "/a", "2");
        await PutAsync(original, "/b", "3");
        fork.Clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal("1", await GetAsync(original, "/a"));
        Assert.Null(await GetAsync(fork, "/b"));
        Assert.Equal(VirtualClock.DefaultStart + TimeSpan.FromHours(1), original.Clock.GetUtcNow());
    }

    [Fact]
    public async Task A_lease_of_the_original_runs_on_in_the_fork_by_the_clock_of_the_fork()
    {
        await using var original = await TestCluster.StartAsync(StoreOnly);
        var lease = await original.Store.GrantLeaseAsync(TimeSpan.FromSeconds(10));
        await PutAsync(original, "/leader", "me", lease.Id);
        original.Clock.Advance(TimeSpan.FromSeconds(5));

        await using var fork = await original.ForkAsync();
        fork.Clock.Advance(TimeSpan.FromSeconds(6));

        Assert.Null(await GetAsync(fork, "/leader"));
        Assert.Equal("me", await GetAsync(original, "/leader"));
    }

    [Fact]
    public async Task A_fault_of_the_original_is_none_of_the_fork()
    {
        await using var original = await TestCluster.StartAsync(StoreOnly);
        original.Faults.FailNext();
        await using var fork = await original.ForkAsync();
        Assert.Null(await GetAsync(fork, "/a"));
        await Assert.ThrowsAsync<StoreException>(() => GetAsync(original, "/a"));
    }

    [Fact]
    public async Task A_start_that_is_cancelled_starts_nothing()
    {
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await TestCluster.StartAsync(cancel: new CancellationToken(canceled: true)));
    }

    private static async Task<string> HistoryAsync(int seed)
    {
        await using var cluster = await TestCluster.StartAsync(StoreOnly with { Seed = seed });
        var random = cluster.Random.Stream("writer");
        for (var i = 0; i < 50; i++)
        {
            await PutAsync(cluster, $"/key/{random.Next(10)}", $"{random.Next()}");
            cluster.Clock.Advance(TimeSpan.FromMilliseconds(random.Next(1000)));
        }

        var all = await cluster.Store.RangeAsync(new RangeRequest(KeyRange.All));
        return string.Join('\n', all.Items.Select(item => $"{Encoding.UTF8.GetString(item.Key.Span)}={Encoding.UTF8.GetString(item.Value.Span)}@{item.ModRevision}"))
            + cluster.Clock;
    }

    private static async Task PutAsync(TestCluster cluster, string key, string value, long lease = 0) =>
        await cluster.Store.CommitAsync(new Transaction([], [new Operation.Put(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value), lease)], []));

    private static async Task<string?> GetAsync(TestCluster cluster, string key) =>
        await cluster.Store.GetAsync(Encoding.UTF8.GetBytes(key)) is { } item ? Encoding.UTF8.GetString(item.Value.Span) : null;
}
