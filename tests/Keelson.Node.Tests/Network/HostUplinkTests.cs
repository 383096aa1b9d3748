using System.Net;
using System.Net.Sockets;
using System.Text;
using Keelson.Node.Network;
using Keelson.Node.Tests.Runtime;

namespace Keelson.Node.Tests.Network;

/// <summary>What a cluster does to its host, tried on a pretended one: a namespace with an outside behind it.</summary>
public sealed class HostUplinkTests : NetworkTest
{
    private static readonly IPAddress HostAddress = IPAddress.Parse("203.0.113.2");
    private static readonly IPAddress OutsideAddress = IPAddress.Parse("203.0.113.1");

    private readonly TemporaryDirectory _notes = new();
    private readonly NetworkNamespace _host;
    private readonly NetworkNamespace _outside;

    public HostUplinkTests()
    {
        (_host, _outside) = (Bare(), Bare());
        Ip(_host, "link", "add", "wan0", "type", "veth", "peer", "name", "eth0", "netns", _outside.Name);
        Ip(_host, "address", "add", "203.0.113.2/24", "dev", "wan0");
        Ip(_host, "link", "set", "wan0", "addrgenmode", "none");
        Ip(_host, "link", "set", "wan0", "up");
        Ip(_host, "route", "add", "default", "via", "203.0.113.1");
        Ip(_outside, "address", "add", "203.0.113.1/24", "dev", "eth0");
        Ip(_outside, "link", "set", "eth0", "up");
        WaitForCarrier(_host, "wan0");
    }

    [Fact]
    public async Task Nodes_reach_the_outside_in_the_name_of_the_host_and_the_outside_reaches_no_node()
    {
        Settings("net/ipv4/ip_forward", "0");
        var network = await ClusterNetwork.CreateAsync(OnHost(), Cancel);
        var node = await network.AddNodeAsync("node-1", 1, Cancel);
        await AnswerWithPeerAsync(_outside, new IPEndPoint(OutsideAddress, 80));
        Assert.Equal(HostAddress.ToString(), await AskAsync(node.Namespace, OutsideAddress, 80));
        Assert.True(Pings(node.Namespace, OutsideAddress));

        // Even one that knows the way does not get in.
        await AnswerWithPeerAsync(network.Namespace, new IPEndPoint(IPAddress.Any, 6443));
        var link = HostLink();
        Ip(_outside, "route", "add", "169.254.0.0/16", "via", "203.0.113.2");
        Ip(_outside, "route", "add", "10.89.0.0/16", "via", "203.0.113.2");
        Assert.True(await ReachesAsync(_host, InsideAddress(link), 6443));
        Assert.False(await ReachesAsync(_outside, InsideAddress(link), 6443));
        Assert.False(await ReachesAsync(_outside, node.Address, 6443));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    public async Task The_host_is_as_it_was_when_the_cluster_is_gone(string forward)
    {
        Settings("net/ipv4/ip_forward", forward);
        // What goes back to its default when forwarding is switched, but was set to something else.
        Settings("net/ipv4/conf/all/accept_redirects", "1");
        Settings("net/ipv4/conf/wan0/accept_redirects", "1");
        Settings("net/ipv4/conf/wan0/forwarding", "1");
        Settings("net/ipv4/conf/default/accept_redirects", "0");
        Nft("table inet firewall {\n chain input { type filter hook input priority 0; policy accept; }\n chain forward { type filter hook forward priority 0; policy accept; }\n}\n");
        var before = Picture(_host, withSettings: true);
        var options = OnHost();
        var network = await ClusterNetwork.CreateAsync(options, Cancel);
        await network.AddNodeAsync("node-1", 1, Cancel);
        Assert.Equal("1", Setting("net/ipv4/ip_forward"));
        Assert.Contains(options.ClusterId.Replace('-', '_'), Program(_host, "nft", "list", "ruleset"), StringComparison.Ordinal);

        // Again, as after a kill; and removed by a process that did not make it.
        await ClusterNetwork.CreateAsync(options, Cancel);
        await ClusterNetwork.RemoveAsync(options, Cancel);
        Assert.Equal(before, Picture(_host, withSettings: true));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_notes.Path));
    }

    [Fact]
    public async Task A_firewall_that_drops_what_is_passed_on_is_told_of()
    {
        Assert.Empty((await ClusterNetwork.CreateAsync(OnHost(), Cancel)).Warnings);
        Nft("table ip filter {\n chain FORWARD { type filter hook forward priority 0; policy drop; }\n}\ntable inet lax {\n chain in { type filter hook input priority 0; policy drop; }\n}\n");
        var network = await ClusterNetwork.CreateAsync(OnHost(), Cancel);
        var warning = Assert.Single(network.Warnings);
        Assert.Contains("chain FORWARD of table ip filter drops", warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_clusters_the_last_one_puts_forwarding_back()
    {
        Settings("net/ipv4/ip_forward", "0");
        var before = Picture(_host, withSettings: true);
        var all = await Task.WhenAll(ClusterNetwork.CreateAsync(OnHost(), Cancel), ClusterNetwork.CreateAsync(OnHost(), Cancel), ClusterNetwork.CreateAsync(OnHost(), Cancel));
        await AnswerWithPeerAsync(_outside, new IPEndPoint(OutsideAddress, 80));
        foreach (var network in all)
        {
            var node = await network.AddNodeAsync("node-1", 1, Cancel);
            Assert.Equal(HostAddress.ToString(), await AskAsync(node.Namespace, OutsideAddress, 80));
        }

        Assert.Equal(3, _host.Links().Count(link => link.StartsWith("kl", StringComparison.Ordinal)));
        await all[0].RemoveAsync(Cancel);
        await all[2].RemoveAsync(Cancel);
        Assert.Equal("1", Setting("net/ipv4/ip_forward"));
        Assert.Equal(HostAddress.ToString(), await AskAsync(all[1].NamespaceOf("node-1"), OutsideAddress, 80));
        await all[1].RemoveAsync(Cancel);
        Assert.Equal(before, Picture(_host, withSettings: true));
    }

    [Fact]
    public async Task What_was_half_made_on_the_host_is_removed()
    {
        Settings("net/ipv4/ip_forward", "0");
        var before = Picture(_host, withSettings: true);
        for (var delay = 0; delay < 48; delay += 4)
        {
            var options = OnHost();
            using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(delay));
            try
            {
                await ClusterNetwork.CreateAsync(options, stop.Token);
            }
            catch (Exception broken) when (broken is OperationCanceledException or NetworkException)
            {
                // As intended.
            }

            await ClusterNetwork.RemoveAsync(options, Cancel);
            Assert.Equal(before, Picture(_host, withSettings: true));
        }
    }

    [Fact]
    public async Task What_breaks_on_the_host_is_repaired_and_an_isolated_cluster_gives_up_its_way_out()
    {
        Settings("net/ipv4/ip_forward", "0");
        var before = Picture(_host, withSettings: true);
        var options = OnHost();
        var network = await ClusterNetwork.CreateAsync(options, Cancel);
        var node = await network.AddNodeAsync("node-1", 1, Cancel);
        var address = InsideAddress(HostLink());
        await AnswerWithPeerAsync(_outside, new IPEndPoint(OutsideAddress, 80));
        foreach (var damage in new Action[] { () => Ip(_host, "link", "delete", HostLink()), () => Program(_host, "nft", "flush", "ruleset"), () => Settings("net/ipv4/ip_forward", "0") })
        {
            damage();
            await ClusterNetwork.CreateAsync(options, Cancel);
            Assert.Equal(HostAddress.ToString(), await AskAsync(node.Namespace, OutsideAddress, 80));
            Assert.Equal(address, InsideAddress(HostLink()));
        }

        await ClusterNetwork.CreateAsync(options with { IsIsolated = true }, Cancel);
        Assert.Equal(before, Picture(_host, withSettings: true));
        Assert.False(await ReachesAsync(node.Namespace, OutsideAddress, 80));
        Assert.DoesNotContain("default", Ip(network.Namespace, "route"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_resolver_on_the_hosts_loopback_is_asked_from_nodes_and_for_pods()
    {
        var network = await ClusterNetwork.CreateAsync(OnHost(), Cancel);
        var node = await network.AddNodeAsync("node-1", 1, Cancel);
        await File.WriteAllTextAsync(_notes.File("resolv.conf"), "# comment\nsearch example\nnameserver 127.0.0.53\noptions edns0\n", Cancel);
        var names = NameServers.Read(network, _notes.File("resolv.conf"));
        Assert.Equal([network.Address], names.Outside);
        using var resolver = _host.CreateSocket(SocketType.Dgram);
        resolver.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.53"), 53));
        await ServeAsync(_host, new IPEndPoint(IPAddress.Parse("127.0.0.53"), 53), socket => socket.SendAsync("tcp"u8.ToArray()));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var running = names.RunAsync([node], stop.Token);
        foreach (var server in new[] { IPAddress.Parse("127.0.0.53"), network.Address })
        {
            using var client = node.Namespace.CreateSocket(SocketType.Dgram);
            await client.SendToAsync("question"u8.ToArray(), new IPEndPoint(server, 53));
            var buffer = new byte[64];
            var asked = await resolver.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0));
            Assert.Equal("question", Encoding.ASCII.GetString(buffer, 0, asked.ReceivedBytes));
            await resolver.SendToAsync("answer"u8.ToArray(), asked.RemoteEndPoint);
            Assert.Equal("answer", Encoding.ASCII.GetString(buffer, 0, await client.ReceiveAsync(buffer, Cancel)));
            Assert.Equal("tcp", await AskAsync(node.Namespace, server, 53));
        }

        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_resolver_elsewhere_needs_nobody_in_between_and_an_isolated_cluster_has_none()
    {
        await File.WriteAllTextAsync(_notes.File("resolv.conf"), "nameserver 203.0.113.1\nnameserver fd00::1\nnameserver\nnameserver nonsense\n", Cancel);
        var network = await ClusterNetwork.CreateAsync(OnHost(), Cancel);
        var names = NameServers.Read(network, _notes.File("resolv.conf"));
        Assert.Equal([OutsideAddress], names.Outside);
        Assert.False(names.NeedsForwarding);
        await names.RunAsync([], Cancel);
        Assert.Empty(NameServers.Read(await ClusterNetwork.CreateAsync(Cluster(), Cancel), _notes.File("resolv.conf")).Outside);
        Assert.Empty(NameServers.Read(network, _notes.File("none")).Outside);
    }

    private ClusterNetworkOptions OnHost() => Cluster(_host, Path.Combine(_notes.Path, "notes"));

    private string HostLink() => _host.Links().Single(link => link.StartsWith("kl", StringComparison.Ordinal));

    // The other end of a pair of addresses.
    private IPAddress InsideAddress(string link)
    {
        var outside = IPAddress.Parse(Ip(_host, "-4", "-o", "address", "show", "dev", link).Split("inet ")[1].Split('/')[0]);
        return ClusterNetwork.AddressAt(new IPNetwork(outside, 32), 1);
    }

    private void Settings(string key, string value) => _host.Set([(key, value)]);

    private string Setting(string key) => _host.Run(() => File.ReadAllText("/proc/sys/" + key).Trim());

    private void Nft(string rules)
    {
        var (code, output) = Try(_host, "nft", rules, null, "-f", "-");
        Assert.True(code == 0, output);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _notes.Dispose();
    }
}
