using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Keelson.Node.Network;
using Keelson.Node.Tests.Runtime;

namespace Keelson.Node.Tests.Network;

public sealed class NodeNetworkTests : NetworkTest
{
    private readonly TemporaryDirectory _directory = new();
    private readonly NodesServer _server = NodesServer.Start();
    private readonly ConcurrentQueue<Exception> _errors = [];

    [Fact]
    public async Task Pods_reach_each_other_on_one_node_and_across_nodes_and_keep_their_addresses()
    {
        var (network, nodes) = await TwoNodesAsync();
        var (a, b, c) = (Pod(nodes[0], "a"), Pod(nodes[0], "b"), Pod(nodes[1], "c"));
        Assert.Equal(["10.244.0.2", "10.244.0.3", "10.244.1.2"], [a.Address.ToString(), b.Address.ToString(), c.Address.ToString()]);
        foreach (var (from, to) in new[] { (a, b), (b, a), (a, c), (c, b) })
        {
            await AnswerWithPeerOnceAsync(to);
            Assert.True(Pings(from.Namespace, to.Address));
            Assert.Equal(from.Address.ToString(), await AskAsync(from.Namespace, to.Address, 8080));
        }

        // Nodes reach pods, as probes and the API server do, and pods reach the outside in the name of their node.
        Assert.True(Pings(nodes[1].Namespace, a.Address));
        await AnswerWithPeerAsync(network.Namespace, new IPEndPoint(network.Address, 6443));
        Assert.Equal("10.89.0.2", await AskAsync(a.Namespace, network.Address, 6443));
        Assert.Equal("10.89.0.3", await AskAsync(c.Namespace, network.Address, 6443));
        Assert.Empty(_errors);
    }

    [Fact]
    public async Task A_service_leads_to_a_pod_on_the_same_node_whether_or_not_bridges_call_the_packet_filter()
    {
        var (_, nodes) = await TwoNodesAsync();
        var (a, b) = (Pod(nodes[0], "a"), Pod(nodes[0], "b"));
        await AnswerWithPeerOnceAsync(b);
        // What a proxy does, and no more: the destination is rewritten, the source stays.
        Nft(nodes[0].Namespace, $$"""
            table ip proxy {
              chain services { type nat hook prerouting priority -100; ip daddr 10.96.0.50 tcp dport 80 dnat to {{b.Address}}:8080; }
            }
            """);
        Assert.Equal(a.Address.ToString(), await AskAsync(a.Namespace, IPAddress.Parse("10.96.0.50"), 80));
        nodes[0].Namespace.Set([("net/bridge/bridge-nf-call-iptables?", "1")]);
        Assert.Equal(a.Address.ToString(), await AskAsync(a.Namespace, IPAddress.Parse("10.96.0.50"), 80));

        // And this is what would happen without the rules: answers cross the bridge with the pod's address, and are refused.
        nodes[0].Namespace.Set([("net/bridge/bridge-nf-call-iptables?", "0"), ("net/ipv4/conf/cni0/proxy_arp_pvlan", "0")]);
        Program(nodes[0].Namespace, "nft", "delete", "table", "bridge", "keelson_node");
        foreach (var place in new[] { a.Namespace, b.Namespace }) Ip(place, "neighbour", "flush", "all");
        Assert.False(await ReachesAsync(a.Namespace, IPAddress.Parse("10.96.0.50"), 80));
    }

    [Fact]
    public async Task A_pod_reaches_itself_through_its_service()
    {
        var (_, nodes) = await TwoNodesAsync();
        var a = Pod(nodes[0], "a");
        await AnswerWithPeerOnceAsync(a);
        Nft(nodes[0].Namespace, $$"""
            table ip proxy {
              chain services { type nat hook prerouting priority -100; ip daddr 10.96.0.50 tcp dport 80 dnat to {{a.Address}}:8080; }
              chain hairpin { type nat hook postrouting priority 100; ip saddr {{a.Address}} ip daddr {{a.Address}} masquerade; }
            }
            """);
        Assert.Equal("10.244.0.1", await AskAsync(a.Namespace, IPAddress.Parse("10.96.0.50"), 80));
    }

    [Fact]
    public async Task A_host_port_leads_to_its_pod()
    {
        Assert.SkipWhen(Node.Runtime.Containerd.Machine.TryFindProgram("iptables") is null, "The portmap plugin needs iptables.");
        var (network, nodes) = await TwoNodesAsync();
        var a = Pod(nodes[0], "a", hostPort: 7070);
        await AnswerWithPeerOnceAsync(a);
        Assert.NotEmpty(await AskAsync(network.Namespace, nodes[0].Address, 7070));
        Assert.NotEmpty(await AskAsync(nodes[1].Namespace, nodes[0].Address, 7070));
    }

    [Fact]
    public async Task Routes_follow_the_nodes_and_those_of_others_stay()
    {
        var (_, nodes) = await TwoNodesAsync();
        var place = nodes[0].Namespace;
        Ip(place, "route", "add", "10.244.9.0/24", "via", "10.89.0.9");
        Ip(place, "route", "add", "192.0.2.0/24", "via", "10.89.0.9");
        await _server.AddAsync("node-3", "10.89.0.4", "10.244.2.0/24");
        await _server.AddAsync("node-4", "10.89.0.5", "10.244.3.0/24");
        await UntilAsync(() => Routes(place).Count == 3);
        Assert.Equal("10.89.0.4", Routes(place)["10.244.2.0/24"]);
        await _server.RemoveAsync("node-3");
        await UntilAsync(() => Routes(place).Count == 2);
        var node = await _server.Client.Resource<Api.Core.V1.Node>().GetAsync("node-4");
        await _server.Client.Resource<Api.Core.V1.Node>().UpdateStatusAsync(node with { Status = node.Status with { Addresses = [new Api.Core.V1.NodeAddress { Type = "InternalIP", Address = "10.89.0.77" }] } });
        await UntilAsync(() => Routes(place).GetValueOrDefault("10.244.3.0/24") == "10.89.0.77");
        var all = Ip(place, "route");
        Assert.Contains("10.244.9.0/24 via 10.89.0.9", all, StringComparison.Ordinal);
        Assert.Contains("192.0.2.0/24 via 10.89.0.9", all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restart_converges_and_disturbs_no_pod()
    {
        var (_, nodes) = await TwoNodesAsync(out var stops);
        var (a, c) = (Pod(nodes[0], "a"), Pod(nodes[1], "c"));
        await stops[0]();
        var place = nodes[0].Namespace;
        var before = Picture(place, withSettings: false);
        Ip(place, "route", "delete", "10.244.1.0/24");
        Ip(place, "route", "add", "10.244.200.0/24", "via", "10.89.0.3", "proto", "137");
        Ip(place, "address", "delete", "10.244.0.1/24", "dev", "cni0");
        Ip(place, "address", "add", "10.244.8.1/24", "dev", "cni0");
        Program(place, "nft", "delete", "table", "bridge", "keelson_node");
        File.Delete(Path.Combine(Options(nodes[0]).CniConfigurationDirectory, "10-keelson.conflist"));
        await _server.Run(Options(nodes[0])).Network.WaitUntilReadyAsync(Cancel);
        Assert.Equal(Comparable(before), Comparable(Picture(place, withSettings: false)));
        Assert.True(File.Exists(Path.Combine(Options(nodes[0]).CniConfigurationDirectory, "10-keelson.conflist")));
        Assert.True(Pings(a.Namespace, c.Address));
        Assert.Empty(_errors);
    }

    [Fact]
    public async Task A_node_waits_for_its_range_and_no_configuration_is_there_before()
    {
        var network = await ClusterNetwork.CreateAsync(Cluster(), Cancel);
        var node = await network.AddNodeAsync("node-1", 1, Cancel);
        var options = Options(node);
        var (running, _) = _server.Run(options);
        await _server.AddAsync("node-1", "10.89.0.2", "");
        await _server.AddAsync("node-2", "10.89.0.3", "10.244.7.0/24");
        await UntilAsync(() => Routes(node.Namespace).Count == 1);
        Assert.False(Directory.Exists(options.CniConfigurationDirectory));
        var known = await _server.Client.Resource<Api.Core.V1.Node>().GetAsync("node-1");
        await _server.Client.Resource<Api.Core.V1.Node>().UpdateAsync(known with { Spec = known.Spec with { PodCIDR = "10.244.5.0/24", PodCIDRs = ["10.244.5.0/24"] } });
        Assert.Equal(IPNetwork.Parse("10.244.5.0/24"), await running.WaitUntilReadyAsync(Cancel));
        Assert.Equal(["10-keelson.conflist"], Directory.EnumerateFiles(options.CniConfigurationDirectory).Select(Path.GetFileName));
    }

    [Fact]
    public async Task The_clusters_own_namespace_reaches_pods_once_it_follows_the_nodes()
    {
        var (network, nodes) = await TwoNodesAsync();
        var a = Pod(nodes[0], "a");
        Assert.False(Pings(network.Namespace, a.Address));
        _server.Run(cancel => new ClusterRoutes(_server.Informers.For<Api.Core.V1.Node>(), network) { OnError = _errors.Enqueue }.RunAsync(cancel));
        await UntilAsync(() => Pings(network.Namespace, a.Address));
        Assert.Empty(_errors);
    }

    private Task<(ClusterNetwork, ClusterNode[])> TwoNodesAsync() => TwoNodesAsync(out _);

    private Task<(ClusterNetwork, ClusterNode[])> TwoNodesAsync(out List<Func<Task>> stops)
    {
        var all = stops = [];
        return MakeAsync();

        async Task<(ClusterNetwork, ClusterNode[])> MakeAsync()
        {
            var network = await ClusterNetwork.CreateAsync(Cluster(), Cancel);
            var nodes = await Task.WhenAll(Enumerable.Range(1, 2).Select(index => network.AddNodeAsync($"node-{index}", index, Cancel)));
            foreach (var node in nodes) await _server.AddAsync(node.Name, node.Address.ToString(), $"10.244.{node.Index - 1}.0/24");
            foreach (var node in nodes)
            {
                var (running, stop) = _server.Run(Options(node));
                await ReadyAsync(running);
                all.Add(stop);
            }

            foreach (var node in nodes) await UntilAsync(() => Routes(node.Namespace).Count == 1);
            return (network, nodes);
        }
    }

    private async Task ReadyAsync(NodeNetwork network)
    {
        try
        {
            await network.WaitUntilReadyAsync(Cancel);
        }
        catch (OperationCanceledException late)
        {
            throw new TimeoutException(string.Join('\n', _errors.Take(3)), late);
        }
    }

    private NodeNetworkOptions Options(ClusterNode node) => new()
    {
        NodeName = node.Name,
        CniConfigurationDirectory = _directory.File(node.Name + "/cni"),
        IpamDirectory = _directory.File(node.Name + "/ipam"),
        Namespace = node.Namespace,
        OnError = _errors.Enqueue,
    };

    // As a runtime does it: every plugin of the list, each with the result of the one before.
    private PodPlace Pod(ClusterNode node, string name, int? hostPort = null)
    {
        var pod = Bare();
        var plugins = new[] { "/opt/cni/bin", "/usr/lib/cni", "/usr/libexec/cni" }.FirstOrDefault(Directory.Exists);
        Assert.SkipWhen(plugins is null, "containernetworking-plugins is not installed.");
        var list = JsonNode.Parse(File.ReadAllText(Path.Combine(Options(node).CniConfigurationDirectory, "10-keelson.conflist")))!;
        var variables = new Dictionary<string, string>
        {
            ["CNI_COMMAND"] = "ADD", ["CNI_CONTAINERID"] = $"{node.Name}-{name}-{NewId()}", ["CNI_NETNS"] = pod.Path, ["CNI_IFNAME"] = "eth0", ["CNI_PATH"] = plugins!,
        };
        var result = "";
        foreach (var plugin in list["plugins"]!.AsArray())
        {
            var configuration = plugin!.DeepClone().AsObject();
            configuration["cniVersion"] = list["cniVersion"]!.GetValue<string>();
            configuration["name"] = list["name"]!.GetValue<string>();
            if (result.Length > 0) configuration["prevResult"] = JsonNode.Parse(result);
            if (hostPort is { } port) configuration["runtimeConfig"] = JsonNode.Parse($$"""{"portMappings":[{"hostPort":{{port}},"containerPort":8080,"protocol":"tcp"}]}""");
            var (code, output) = Try(node.Namespace, Path.Combine(plugins!, configuration["type"]!.GetValue<string>()), configuration.ToJsonString(), variables);
            Assert.True(code == 0, output);
            result = output;
        }

        using var document = JsonDocument.Parse(result);
        var address = document.RootElement.GetProperty("ips")[0].GetProperty("address").GetString()!;
        return new PodPlace(pod, IPAddress.Parse(address.Split('/')[0]));
    }

    private async Task AnswerWithPeerOnceAsync(PodPlace pod)
    {
        try
        {
            await AnswerWithPeerAsync(pod.Namespace, new IPEndPoint(IPAddress.Any, 8080));
        }
        catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            // It answers already.
        }
    }

    private static Dictionary<string, string> Routes(NetworkNamespace place) => PodRoutes.Parse(Ip(place, "-j", "-4", "route", "show", "proto", "137"));

    private static void Nft(NetworkNamespace place, string rules)
    {
        var (code, output) = Try(place, "nft", rules, null, "-f", "-");
        Assert.True(code == 0, output);
    }

    // The order in which addresses and routes were made is not what matters.
    private static string Comparable(string picture) => string.Join('\n', picture.Split('\n', '{').Select(line => line.TrimEnd(',', ']')).Order(StringComparer.Ordinal));

    public override async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await base.DisposeAsync();
        _directory.Dispose();
    }

    private sealed record PodPlace(NetworkNamespace Namespace, IPAddress Address);
}
