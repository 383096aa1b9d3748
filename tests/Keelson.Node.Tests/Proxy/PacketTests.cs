using System.Net;
using System.Net.Sockets;
using Keelson.Api.Core.V1;
using Keelson.Api.Discovery.V1;
using Keelson.Client;
using Keelson.Node.Proxy;
using Keelson.Node.Proxy.Conntrack;
using Keelson.Node.Proxy.Nftables;
using static Keelson.Node.Tests.Proxy.Samples;

namespace Keelson.Node.Tests.Proxy;

/// <summary>Real packets through the rules.</summary>
public sealed class PacketTests
{
    private const string ClusterAddress = "10.96.0.50";
    private static readonly RuleSettings Settings = new([IPNetwork.Parse("10.244.0.0/16"), IPNetwork.Parse("fd00:244::/64")], RuleSettings.UpstreamsMark);

    private static Endpoint[] AllPods => [Samples.Pod(0), Samples.Pod(1), Samples.Pod(2)];

    [Theory]
    [InlineData("pod0")]
    [InlineData("node")]
    [InlineData("outside")]
    [InlineData("pod0", PodLinks.Routed)]
    public async Task A_cluster_address_leads_to_all_endpoints_about_evenly(string from, PodLinks links = PodLinks.Seen)
    {
        await using var network = await NetworkAsync(links);
        var service = Web();
        await FillAsync(network, Picture(service, Slice(service, 8080, AllPods)));

        var answers = await CountAsync(network, from, ClusterAddress, 80, 90);

        Assert.Equal(["pod0", "pod1", "pod2"], answers.Keys.Order());
        Assert.All(answers.Values, count => Assert.InRange(count, 10, 55));
    }

    [Fact]
    public async Task IPv6_works_the_same()
    {
        await using var network = await NetworkAsync();
        for (var pod = 0; pod < SmallNetwork.PodCount; pod++) network.ServeTcp(SmallNetwork.Pod(pod), IPAddress.IPv6Any, 8086);
        var service = Web("fd00:96::50");
        await FillAsync(network, Picture(service, Slice(service, 8086, [.. Enumerable.Range(0, 3).Select(pod => At(SmallNetwork.PodAddressIPv6(pod)))])));

        Assert.Equal(3, (await CountAsync(network, "pod1", "fd00:96::50", 80, 40)).Count);
        Assert.Equal(SocketError.ConnectionRefused, await network.FailureAsync("pod1", "fd00:96::50", 81));
    }

    [Theory]
    [InlineData(PodLinks.Seen)]
    [InlineData(PodLinks.Routed)]
    public async Task A_pod_reaches_itself_through_its_service(PodLinks links)
    {
        await using var network = await NetworkAsync(links);
        var service = Web();
        await FillAsync(network, Picture(service, Slice(service, 8080, Samples.Pod(1))));

        var (server, seen) = await network.AskAsync("pod1", ClusterAddress, 80);

        Assert.Equal("pod1", server);
        Assert.Equal(IPAddress.Parse("10.244.0.1"), seen);
        // Others keep their address.
        Assert.Equal(IPAddress.Parse(SmallNetwork.PodAddress(0)), (await network.AskAsync("pod0", ClusterAddress, 80)).Seen);
    }

    [Fact]
    public async Task Past_a_bridge_that_rules_do_not_see_answers_come_from_the_wrong_address()
    {
        // Why the proxy wants bridge filtering, and says so where it is off.
        await using var network = await NetworkAsync(PodLinks.Unseen);
        var service = Web();
        await FillAsync(network, Picture(service, Slice(service, 8080, Samples.Pod(1))));

        Assert.Null(await network.FailureAsync("pod0", ClusterAddress, 80));
        Assert.Equal("pod1", (await network.AskAsync("outside", ClusterAddress, 80)).Server);
    }

    [Fact]
    public async Task A_node_port_is_open_on_the_nodes_addresses_but_not_on_loopback()
    {
        await using var network = await NetworkAsync();
        var service = Web().OnNodePort(30080);
        await FillAsync(network, Picture(service, Slice(service, 8080, AllPods)));

        Assert.Equal(3, (await CountAsync(network, "outside", SmallNetwork.NodeAddress, 30080, 40)).Count);
        Assert.Equal(3, (await CountAsync(network, "node", SmallNetwork.NodeAddress, 30080, 40)).Count);
        Assert.Equal(3, (await CountAsync(network, "pod2", "10.244.0.1", 30080, 40)).Count);
        Assert.Equal(SocketError.ConnectionRefused, await network.FailureAsync("node", "127.0.0.1", 30080));
    }

    [Fact]
    public async Task A_client_stays_with_its_endpoint_until_that_is_gone()
    {
        await using var network = await NetworkAsync();
        var service = Web().OnNodePort(30080);
        service = service with { Spec = service.Spec with { SessionAffinity = "ClientIP" } };
        var backend = await FillAsync(network, Picture(service, Slice(service, 8080, AllPods)));

        var first = Assert.Single(await CountAsync(network, "outside", SmallNetwork.NodeAddress, 30080, 20)).Key;
        // The same client at the other address of the same service, too.
        Assert.Equal(first, Assert.Single(await CountAsync(network, "outside", ClusterAddress, 80, 20)).Key);

        var left = Enumerable.Range(0, 3).Where(pod => SmallNetwork.Pod(pod) != first).Select(pod => Samples.Pod(pod)).ToArray();
        await backend.ChangeAsync(Change(Picture(service, Slice(service, 8080, left))), CancellationToken.None);
        var second = Assert.Single(await CountAsync(network, "outside", SmallNetwork.NodeAddress, 30080, 20)).Key;
        Assert.NotEqual(first, second);

        await backend.ChangeAsync(Change(Picture(service, Slice(service, 8080, AllPods))), CancellationToken.None);
        Assert.Equal(second, Assert.Single(await CountAsync(network, "outside", SmallNetwork.NodeAddress, 30080, 20)).Key);
    }

    [Theory]
    [InlineData("pod0")]
    [InlineData("node")]
    [InlineData("outside")]
    public async Task Without_endpoints_a_connection_is_refused_at_once(string from)
    {
        await using var network = await NetworkAsync();
        var service = Web().OnNodePort(30080);
        await FillAsync(network, Picture(service));

        Assert.Equal(SocketError.ConnectionRefused, await network.FailureAsync(from, ClusterAddress, 80));
        Assert.Equal(SocketError.ConnectionRefused, await network.FailureAsync(from, SmallNetwork.NodeAddress, 30080));
        // A port that the service does not have.
        Assert.Equal(SocketError.ConnectionRefused, await network.FailureAsync(from, ClusterAddress, 81));
    }

    [Fact]
    public async Task External_traffic_that_is_to_stay_local_keeps_its_address_and_reaches_only_local_endpoints()
    {
        await using var network = await NetworkAsync();
        var service = Web().OnNodePort(30080);
        service = service with { Spec = service.Spec with { ExternalTrafficPolicy = "Local" } };
        await FillAsync(network, Picture(service, Slice(service, 8080, Samples.Pod(0, "node-2"), Samples.Pod(1), Samples.Pod(2, "node-2"))));

        Assert.Equal("pod1", Assert.Single(await CountAsync(network, "outside", SmallNetwork.NodeAddress, 30080, 15)).Key);
        Assert.Equal(IPAddress.Parse(SmallNetwork.OutsideAddress), (await network.AskAsync("outside", SmallNetwork.NodeAddress, 30080)).Seen);
        // From inside any endpoint will do.
        Assert.Equal(3, (await CountAsync(network, "pod0", SmallNetwork.NodeAddress, 30080, 40)).Count);
        Assert.Equal(3, (await CountAsync(network, "node", SmallNetwork.NodeAddress, 30080, 40)).Count);
    }

    [Fact]
    public async Task Where_local_endpoints_are_missing_outside_traffic_is_dropped_and_inside_traffic_is_not()
    {
        await using var network = await NetworkAsync();
        var service = Web().OnNodePort(30080);
        service = service with { Spec = service.Spec with { ExternalTrafficPolicy = "Local" } };
        await FillAsync(network, Picture(service, Slice(service, 8080, Samples.Pod(0, "node-2"))));

        Assert.Null(await network.FailureAsync("outside", SmallNetwork.NodeAddress, 30080));
        Assert.Equal("pod0", (await network.AskAsync("pod1", SmallNetwork.NodeAddress, 30080)).Server);
    }

    [Fact]
    public async Task Internal_traffic_that_is_to_stay_local_is_dropped_where_there_is_no_endpoint()
    {
        await using var network = await NetworkAsync();
        var service = Web();
        service = service with { Spec = service.Spec with { InternalTrafficPolicy = "Local" } };
        var backend = await FillAsync(network, Picture(service, Slice(service, 8080, Samples.Pod(0, "node-2"))));
        Assert.Null(await network.FailureAsync("pod1", ClusterAddress, 80));

        await backend.ChangeAsync(Change(Picture(service, Slice(service, 8080, Samples.Pod(0, "node-2"), Samples.Pod(2)))), CancellationToken.None);
        Assert.Equal("pod2", Assert.Single(await CountAsync(network, "pod1", ClusterAddress, 80, 15)).Key);
    }

    [Fact]
    public async Task A_load_balancers_address_lets_in_only_the_ranges_it_was_given()
    {
        await using var network = await NetworkAsync();
        var service = Web().OnNodePort(30080);
        service = service with
        {
            Spec = service.Spec with { Type = "LoadBalancer", LoadBalancerSourceRanges = ["10.244.0.0/24"], ExternalIPs = ["203.0.113.9"] },
            Status = new ServiceStatus { LoadBalancer = new LoadBalancerStatus { Ingress = [new LoadBalancerIngress { Ip = "203.0.113.8" }] } },
        };
        await FillAsync(network, Picture(service, Slice(service, 8080, AllPods)));

        Assert.Equal(3, (await CountAsync(network, "pod0", "203.0.113.8", 80, 40)).Count);
        Assert.Null(await network.FailureAsync("outside", "203.0.113.8", 80));
        Assert.Equal(3, (await CountAsync(network, "outside", "203.0.113.9", 80, 40)).Count);
    }

    [Theory]
    [InlineData(PodLinks.Seen)]
    [InlineData(PodLinks.Routed)]
    public async Task A_udp_client_that_never_rests_leaves_an_endpoint_that_is_gone(PodLinks links)
    {
        await using var network = await NetworkAsync(links);
        foreach (var pod in new[] { 0, 1 }) network.ServeUdp(SmallNetwork.Pod(pod), IPAddress.Any, 5353);
        var service = Web(port: 53, protocol: "UDP");
        var none = Picture(service);
        var first = Picture(service, Slice(service, 5353, Samples.Pod(0)));
        var second = Picture(service, Slice(service, 5353, Samples.Pod(1)));
        // Dropped rather than refused, so that the flow is remembered as leading nowhere.
        var backend = await FillAsync(network);
        using var client = network.Datagrams("pod2");
        Assert.Null(await SmallNetwork.ExchangeAsync(client, ClusterAddress, 53, TimeSpan.FromMilliseconds(300)));

        await ChangeAsync(none, first);
        Assert.Equal("pod0", await SmallNetwork.ExchangeAsync(client, ClusterAddress, 53, TimeSpan.FromSeconds(10)));
        await ChangeAsync(first, second);
        Assert.Equal("pod1", await SmallNetwork.ExchangeAsync(client, ClusterAddress, 53, TimeSpan.FromSeconds(10)));

        async Task ChangeAsync(ServicePicture before, ServicePicture after)
        {
            await backend.ChangeAsync(Change(after), CancellationToken.None);
            Assert.True(StaleFlows.MayMatter(before, after));
            Assert.Equal(1, new CtNetlink(network.NodeNamespace).DeleteWhere(new StaleFlows([(before, after)]).IsStale));
        }
    }

    [Fact]
    public async Task A_fill_keeps_connections_and_a_cleanup_leaves_no_table()
    {
        await using var network = await NetworkAsync();
        var service = Web();
        var picture = Picture(service, Slice(service, 8080, AllPods));
        await FillAsync(network, picture);
        using var socket = network.Connectable("pod0", ClusterAddress);
        await socket.ConnectAsync(IPAddress.Parse(ClusterAddress), 80);

        var backend = await FillAsync(network, picture);

        await socket.SendAsync("still here"u8.ToArray());
        var text = "";
        var buffer = new byte[256];
        while (!text.EndsWith("still here", StringComparison.Ordinal)) text += System.Text.Encoding.UTF8.GetString(buffer, 0, await socket.ReceiveAsync(buffer).WaitAsync(TimeSpan.FromSeconds(20)));

        Assert.True(await backend.IsThereAsync(CancellationToken.None));
        await backend.CleanUpAsync(CancellationToken.None);
        Assert.False(await backend.IsThereAsync(CancellationToken.None));
        Assert.Equal("", (await network.RulesAsync()).Trim());
        // And once more where there is nothing.
        await backend.CleanUpAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_service_that_goes_takes_everything_with_it()
    {
        await using var network = await NetworkAsync();
        var backend = await FillAsync(network);
        var empty = await network.RulesAsync();
        var service = Web().OnNodePort(30080);
        service = service with
        {
            Spec = service.Spec with { Type = "LoadBalancer", SessionAffinity = "ClientIP", ExternalTrafficPolicy = "Local", LoadBalancerSourceRanges = ["10.244.0.0/24"] },
            Status = new ServiceStatus { LoadBalancer = new LoadBalancerStatus { Ingress = [new LoadBalancerIngress { Ip = "203.0.113.8" }] } },
        };
        var picture = Picture(service, Slice(service, 8080, AllPods));
        await backend.ChangeAsync(Change(picture), CancellationToken.None);
        Assert.NotEqual(empty, await network.RulesAsync());

        await backend.ChangeAsync(new Dictionary<ObjectKey, ServicePicture?> { [picture.Key] = null }, CancellationToken.None);

        Assert.Equal(empty, await network.RulesAsync());
    }

    private static async Task<SmallNetwork> NetworkAsync(PodLinks links = PodLinks.Seen)
    {
        var network = await SmallNetwork.StartAsync(links);
        for (var pod = 0; pod < SmallNetwork.PodCount; pod++) network.ServeTcp(SmallNetwork.Pod(pod), IPAddress.Any, 8080);
        return network;
    }

    private static async Task<NftablesBackend> FillAsync(SmallNetwork network, params ServicePicture[] pictures)
    {
        var backend = new NftablesBackend(Settings, network.NodeNamespace);
        await backend.FillAsync(pictures, CancellationToken.None);
        return backend;
    }

    private static async Task<Dictionary<string, int>> CountAsync(SmallNetwork network, string from, string address, int port, int times)
    {
        var counts = new Dictionary<string, int>();
        for (var time = 0; time < times; time++)
        {
            var (server, _) = await network.AskAsync(from, address, port);
            counts[server] = counts.GetValueOrDefault(server) + 1;
        }

        return counts;
    }
}
