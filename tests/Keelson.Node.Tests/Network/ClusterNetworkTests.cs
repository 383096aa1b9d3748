using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Keelson.Node.Network;

namespace Keelson.Node.Tests.Network;

public sealed class ClusterNetworkTests(ITestOutputHelper output) : NetworkTest
{
    [Fact]
    public async Task Nodes_reach_each_other_and_the_cluster()
    {
        var network = await ClusterNetwork.CreateAsync(Cluster(), Cancel);
        var nodes = await Task.WhenAll(Enumerable.Range(1, 3).Select(index => network.AddNodeAsync($"node-{index}", index, Cancel)));
        Assert.Equal(["10.89.0.2", "10.89.0.3", "10.89.0.4"], nodes.Select(node => node.Address.ToString()));
        await AnswerWithPeerAsync(network.Namespace, new IPEndPoint(network.Address, 6443));
        foreach (var node in nodes)
        {
            Assert.Equal(node.Address.ToString(), await AskAsync(node.Namespace, network.Address, 6443));
            Assert.True(Pings(network.Namespace, node.Address));
            Assert.All(nodes, other => Assert.True(Pings(node.Namespace, other.Address)));
            Assert.True(Pings(node.Namespace, IPAddress.Loopback));
        }
    }

    [Fact]
    public async Task Making_it_again_changes_nothing_and_repairs_what_is_missing()
    {
        var options = Cluster();
        var network = await ClusterNetwork.CreateAsync(options, Cancel);
        var one = await network.AddNodeAsync("node-1", 1, Cancel);
        var two = await network.AddNodeAsync("node-2", 2, Cancel);
        foreach (var link in new[] { "keelson0", "node1", "node2" }) WaitForCarrier(network.Namespace, link);
        WaitForCarrier(one.Namespace, "eth0");
        var before = Picture(network.Namespace, withSettings: true) + Picture(one.Namespace, withSettings: true);

        // Another process, after the first was killed.
        await MakeAgainAsync(options);
        Assert.Equal(Steady(before), Steady(Picture(network.Namespace, withSettings: true) + Picture(one.Namespace, withSettings: true)));

        var damages = new Action[]
        {
            () => Ip(one.Namespace, "link", "delete", "eth0"),
            () => Ip(one.Namespace, "address", "flush", "dev", "eth0"),
            () => Ip(one.Namespace, "link", "set", "eth0", "down"),
            () => Ip(network.Namespace, "link", "set", "node1", "nomaster"),
            () => Ip(network.Namespace, "link", "delete", "keelson0"),
            () => one.Namespace.Delete(),
            () => network.Namespace.Delete(),
        };
        foreach (var damage in damages)
        {
            damage();
            await MakeAgainAsync(options);
            Assert.True(Pings(one.Namespace, two.Address));
            Assert.True(Pings(two.Namespace, network.Address));
        }
    }

    [Fact]
    public async Task An_isolated_cluster_has_no_way_out_and_the_host_is_as_it_was()
    {
        var before = Picture(NetworkNamespace.Own, withSettings: false);
        var forward = await File.ReadAllTextAsync("/proc/sys/net/ipv4/ip_forward");
        var network = await ClusterNetwork.CreateAsync(Cluster(), Cancel);
        var node = await network.AddNodeAsync("node-1", 1, Cancel);
        Assert.Equal(before, Picture(NetworkNamespace.Own, withSettings: false));

        // No link of the cluster leads to anything but its own namespaces.
        Assert.Equal(["keelson0", "lo", "node1"], network.Namespace.Links().Order(StringComparer.Ordinal));
        Assert.Equal(["eth0", "lo"], node.Namespace.Links().Order(StringComparer.Ordinal));
        Assert.DoesNotContain("default", Ip(network.Namespace, "route"), StringComparison.Ordinal);
        Assert.NotEqual(0, Try(network.Namespace, "ip", null, null, "route", "get", "192.0.2.1").Code);
        Assert.False(await ReachesAsync(node.Namespace, IPAddress.Parse("192.0.2.1"), 80));

        await network.RemoveAsync(Cancel);
        Assert.Equal(before, Picture(NetworkNamespace.Own, withSettings: false));
        Assert.Equal(forward, await File.ReadAllTextAsync("/proc/sys/net/ipv4/ip_forward"));
        Assert.DoesNotContain(NetworkNamespace.Names(), name => name.StartsWith(network.Options.ClusterId, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_address_of_no_pod_and_no_service_is_unreachable_at_once()
    {
        var network = await ClusterNetwork.CreateAsync(Cluster(), Cancel);
        var node = await network.AddNodeAsync("node-1", 1, Cancel);
        foreach (var nobody in new[] { "10.244.77.7", "10.96.0.77" })
        {
            var failure = await Assert.ThrowsAsync<SocketException>(() => node.Namespace.DialAsync(nobody, 80, Cancel));
            Assert.Equal(SocketError.HostUnreachable, failure.SocketErrorCode);
        }
    }

    [Fact]
    public async Task Whatever_little_was_made_is_removed()
    {
        var options = Cluster();
        await ClusterNetwork.RemoveAsync(options, Cancel);
        // A namespace without anything, a file without a namespace, a node's namespace without a cluster.
        NetworkNamespace.Create(options.ClusterId);
        await ClusterNetwork.RemoveAsync(options, Cancel);
        await File.WriteAllTextAsync($"/run/netns/{options.ClusterId}", "", Cancel);
        NetworkNamespace.Create(options.ClusterId + "-node-1");
        await File.WriteAllTextAsync($"/run/netns/{options.ClusterId}-node-2", "", Cancel);
        await ClusterNetwork.RemoveAsync(options, Cancel);
        Assert.DoesNotContain(NetworkNamespace.Names(), name => name.StartsWith(options.ClusterId, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_creation_that_was_broken_off_anywhere_is_completed_or_removed()
    {
        for (var delay = 0; delay < 40; delay += 4)
        {
            var options = Cluster();
            using (var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(delay)))
            {
                try
                {
                    var begun = await ClusterNetwork.CreateAsync(options, stop.Token);
                    await begun.AddNodeAsync("node-1", 1, stop.Token);
                }
                catch (Exception broken) when (broken is OperationCanceledException or NetworkException)
                {
                    // As intended.
                }
            }

            if (delay % 8 == 0)
            {
                var network = await ClusterNetwork.CreateAsync(options, Cancel);
                var node = await network.AddNodeAsync("node-1", 1, Cancel);
                Assert.True(Pings(node.Namespace, network.Address));
            }

            await ClusterNetwork.RemoveAsync(options, Cancel);
            Assert.DoesNotContain(NetworkNamespace.Names(), name => name.StartsWith(options.ClusterId, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Two_clusters_live_side_by_side_with_the_same_addresses()
    {
        var one = await ClusterNetwork.CreateAsync(Cluster(), Cancel);
        var two = await ClusterNetwork.CreateAsync(Cluster(), Cancel);
        var ofOne = await one.AddNodeAsync("node-1", 1, Cancel);
        var ofTwo = await two.AddNodeAsync("node-1", 1, Cancel);
        await ServeAsync(one.Namespace, new IPEndPoint(one.Address, 80), socket => socket.SendAsync("one"u8.ToArray()));
        await ServeAsync(two.Namespace, new IPEndPoint(two.Address, 80), socket => socket.SendAsync("two"u8.ToArray()));
        Assert.Equal("one", await AskAsync(ofOne.Namespace, one.Address, 80));
        Assert.Equal("two", await AskAsync(ofTwo.Namespace, two.Address, 80));
        await one.RemoveAsync(Cancel);
        Assert.Equal("two", await AskAsync(ofTwo.Namespace, two.Address, 80));
    }

    [Fact]
    public async Task A_node_can_be_removed_and_its_place_given_to_another()
    {
        var network = await ClusterNetwork.CreateAsync(Cluster(), Cancel);
        await network.AddNodeAsync("node-1", 1, Cancel);
        await network.RemoveNodeAsync("node-1", 1, Cancel);
        await network.RemoveNodeAsync("node-1", 1, Cancel);
        Assert.DoesNotContain("node1", network.Namespace.Links());
        var other = await network.AddNodeAsync("other", 1, Cancel);
        Assert.True(Pings(other.Namespace, network.Address));
    }

    [Theory]
    [InlineData("keelson")]
    [InlineData("keelson-0000000")]
    [InlineData("keelson-00000000-a")]
    [InlineData("kee/son-00000000")]
    [InlineData("keelson-0000000g")]
    public async Task An_id_that_could_be_taken_for_anothers_is_refused(string id) =>
        await Assert.ThrowsAsync<ArgumentException>(() => ClusterNetwork.CreateAsync(new ClusterNetworkOptions { ClusterId = id, IsIsolated = true }, Cancel));

    [Fact]
    public async Task A_range_that_is_no_such_range_is_refused()
    {
        var options = new ClusterNetworkOptions { ClusterId = "kltest-00000000", IsIsolated = true };
        await Assert.ThrowsAsync<ArgumentException>(() => ClusterNetwork.CreateAsync(options with { Subnet = IPNetwork.Parse("fd00::/64") }, Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => ClusterNetwork.CreateAsync(options with { PodRange = IPNetwork.Parse("0.0.0.0/0") }, Cancel));
    }

    [Fact]
    public async Task How_long_a_network_takes_is_told()
    {
        var started = Stopwatch.GetTimestamp();
        var network = await ClusterNetwork.CreateAsync(Cluster(), Cancel);
        var made = Stopwatch.GetElapsedTime(started);
        await network.AddNodeAsync("node-1", 1, Cancel);
        var first = Stopwatch.GetElapsedTime(started);
        await Task.WhenAll(Enumerable.Range(2, 4).Select(index => network.AddNodeAsync($"node-{index}", index, Cancel)));
        output.WriteLine($"cluster {made.TotalMilliseconds:F0} ms, with a node {first.TotalMilliseconds:F0} ms, with five {Stopwatch.GetElapsedTime(started).TotalMilliseconds:F0} ms");
        // Only what would be a mistake, such as waiting for something: the machine may be busy.
        Assert.True(first < TimeSpan.FromSeconds(5));
    }

    private async Task MakeAgainAsync(ClusterNetworkOptions options)
    {
        var network = await ClusterNetwork.CreateAsync(options, Cancel);
        await network.AddNodeAsync("node-1", 1, Cancel);
        await network.AddNodeAsync("node-2", 2, Cancel);
    }

    // What counts by itself.
    private static string Steady(string picture) => string.Join('\n', picture.Split('\n').Where(line => !line.Contains("nf_conntrack_count", StringComparison.Ordinal)));
}
