using System.Net;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Client;
using Keelson.Control.Controllers.NodeIpam;
using Keelson.Control.Tests.Cluster;

namespace Keelson.Control.Tests.Controllers.NodeIpam;

public sealed class NodeIpamTests
{
    private const string Name = "node-ipam-controller";

    [Fact]
    public async Task Every_node_gets_a_range_of_its_own_within_that_of_all_pods()
    {
        await using var cluster = await ControlCluster.StartAsync(Name);
        for (var i = 0; i < 20; i++) await cluster.CreateAsync(Node($"node-{i}"));
        await cluster.WaitForAsync(() => cluster.All<Node>().Count(node => node.Spec.PodCIDR.Length > 0) == 20);
        Assert.Equal(20, cluster.All<Node>().Select(node => node.Spec.PodCIDR).Distinct().Count());
        Assert.All(cluster.All<Node>(), node =>
        {
            Assert.Equal([node.Spec.PodCIDR], node.Spec.PodCIDRs);
            var range = IPNetwork.Parse(node.Spec.PodCIDR);
            Assert.Equal(24, range.PrefixLength);
            Assert.True(IPNetwork.Parse("10.244.0.0/16").Contains(range.BaseAddress));
        });
        Assert.Empty(cluster.Failures);
    }

    [Fact]
    public async Task A_range_that_a_node_came_with_is_kept_and_given_to_nobody_else()
    {
        await using var cluster = await ControlCluster.StartAsync(Options("10.0.0.0/23") with { Names = [] });
        await cluster.CreateAsync(Node("old", "10.0.0.0/24"));
        await using var later = await RestartAsync(cluster, "10.0.0.0/23");
        await cluster.CreateAsync(Node("new"));
        await cluster.WaitForAsync(() => cluster.Find<Node>("new")?.Spec.PodCIDR.Length > 0);
        Assert.Equal("10.0.1.0/24", cluster.Find<Node>("new")!.Spec.PodCIDR);
        Assert.Equal("10.0.0.0/24", cluster.Find<Node>("old")!.Spec.PodCIDR);
    }

    [Fact]
    public async Task A_node_without_a_free_range_says_so_and_gets_one_when_another_leaves()
    {
        await using var cluster = await ControlCluster.StartAsync(Options("10.0.0.0/23"));
        await cluster.CreateAsync(Node("a"));
        await cluster.CreateAsync(Node("b"));
        await cluster.WaitForAsync(() => cluster.All<Node>().Count(node => node.Spec.PodCIDR.Length > 0) == 2);
        await cluster.CreateAsync(Node("late"));
        await cluster.WaitForAsync(() => cluster.EventsOf("late").Count > 0);
        Assert.Equal(["CIDRNotAvailable: Node late status is now: CIDRNotAvailable"], cluster.EventsOf("late"));
        Assert.Equal("", cluster.Find<Node>("late")!.Spec.PodCIDR);
        var free = cluster.Find<Node>("a")!.Spec.PodCIDR;
        await cluster.Client.Resource<Node>().DeleteAsync("a");
        await cluster.WaitForAsync(() => cluster.Find<Node>("late")?.Spec.PodCIDR == free);
    }

    [Fact]
    public void A_pool_gives_every_part_once_and_only_what_is_free()
    {
        var pool = new RangePool(IPNetwork.Parse("10.0.0.0/20"), 24);
        Assert.True(pool.Occupy("wide", "10.0.4.0/22"));
        var given = Enumerable.Range(0, 12).Select(i => pool.TakeNext($"n{i}")).ToList();
        Assert.Equal(12, given.Distinct().Count());
        Assert.DoesNotContain(given, range => range is null || IPNetwork.Parse("10.0.4.0/22").Contains(IPNetwork.Parse(range).BaseAddress));
        Assert.Null(pool.TakeNext("one too many"));
        Assert.True(pool.Release("n3"));
        Assert.False(pool.Release("n3"));
        Assert.Equal(given[3], pool.TakeNext("again"));
    }

    [Fact]
    public void What_two_claim_is_free_when_neither_does()
    {
        var pool = new RangePool(IPNetwork.Parse("10.0.0.0/24"), 24);
        Assert.True(pool.Occupy("a", "10.0.0.0/24"));
        Assert.True(pool.Occupy("b", "10.0.0.0/24"));
        pool.Release("a");
        Assert.Null(pool.TakeNext("c"));
        pool.Release("b");
        Assert.Equal("10.0.0.0/24", pool.TakeNext("c"));
    }

    [Theory]
    [InlineData("10.1.0.0/24")]
    [InlineData("9.255.255.0/24")]
    [InlineData("fd00::/64")]
    [InlineData("nonsense")]
    public void What_lies_elsewhere_takes_nothing(string range)
    {
        var pool = new RangePool(IPNetwork.Parse("10.0.0.0/16"), 24);
        Assert.False(pool.Occupy("a", range));
        Assert.Equal(0, pool.Taken);
    }

    [Theory]
    [InlineData("0.0.0.0/0")]
    [InlineData("10.0.0.0/8")]
    public void What_covers_everything_takes_everything(string range)
    {
        var pool = new RangePool(IPNetwork.Parse("10.0.0.0/16"), 24);
        Assert.True(pool.Occupy("a", range));
        Assert.Equal(256, pool.Taken);
    }

    [Theory]
    [InlineData("10.0.0.0/16", 33)]
    [InlineData("10.0.0.0/16", 8)]
    [InlineData("0.0.0.0/0", 24)]
    [InlineData("fd00::/48", 64)]
    public void A_range_that_cannot_be_divided_so_is_refused(string range, int prefix) =>
        Assert.Throws<ArgumentException>(() => new RangePool(IPNetwork.Parse(range), prefix));

    private static ControlPlaneOptions Options(string range) => new() { Names = [Name], PodRange = IPNetwork.Parse(range) };

    private static async Task<IAsyncDisposable> RestartAsync(ControlCluster cluster, string range)
    {
        await Task.Yield();
        var stop = new CancellationTokenSource();
        var client = new ApiClient(cluster.Client.Options with { Time = cluster.Clock, RequestTimeout = TimeSpan.FromDays(30) });
        return new Running(stop, client, ControlPlane.RunAsync(client, Options(range), stop.Token));
    }

    private static Node Node(string name, string range = "") => new()
    {
        Metadata = new ObjectMeta { Name = name },
        Spec = new NodeSpec { PodCIDR = range, PodCIDRs = range.Length > 0 ? [range] : [] },
    };

    private sealed record Running(CancellationTokenSource Stop, ApiClient Client, Task Task) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Stop.CancelAsync();
            await Task;
            Client.Dispose();
            Stop.Dispose();
        }
    }
}
