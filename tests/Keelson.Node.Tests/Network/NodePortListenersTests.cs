using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Node.Network;

namespace Keelson.Node.Tests.Network;

public sealed class NodePortListenersTests : NetworkTest
{
    private readonly NodesServer _server = NodesServer.Start();
    private readonly ConcurrentQueue<Exception> _errors = [];

    [Fact]
    public async Task Every_node_port_is_open_on_the_host_while_its_service_is_there()
    {
        var host = Bare();
        var network = await ClusterNetwork.CreateAsync(Cluster(), Cancel);
        var node = await network.AddNodeAsync("node-1", 1, Cancel);
        await ServeAsync(node.Namespace, new IPEndPoint(IPAddress.Any, 30080), socket => socket.SendAsync("web"u8.ToArray()));
        var listeners = Listeners(host, network, node);
        var running = new CancellationTokenSource();
        var task = listeners.RunAsync(running.Token);
        await _server.Services.CreateAsync(Service("web", 30080, "TCP"));
        await _server.Services.CreateAsync(Service("names", 30053, "UDP"));
        await _server.Services.CreateAsync(Service("inner", 0, "TCP"));
        await UntilAsync(() => listeners.Open.Count == 2);
        Assert.Equal(["30053/UDP", "30080/TCP"], listeners.Open.Select(port => port.ToString()));
        Assert.Equal("web", await AskAsync(host, IPAddress.Loopback, 30080));
        await _server.Services.DeleteAsync("web");
        await UntilAsync(() => listeners.Open.Count == 1);
        Assert.False(await ReachesAsync(host, IPAddress.Loopback, 30080));
        await _server.Services.CreateAsync(Service("web", 30080, "TCP"));
        await UntilAsync(() => listeners.Open.Count == 2);
        Assert.Equal("web", await AskAsync(host, IPAddress.Loopback, 30080));
        await running.CancelAsync();
        await task;
        Assert.False(await ReachesAsync(host, IPAddress.Loopback, 30080));
        Assert.Empty(listeners.Open);
        Assert.Empty(_errors);
    }

    [Fact]
    public async Task A_port_that_another_program_has_is_told_once_and_taken_when_it_is_free()
    {
        var host = Bare();
        var network = await ClusterNetwork.CreateAsync(Cluster(), Cancel);
        var node = await network.AddNodeAsync("node-1", 1, Cancel);
        await ServeAsync(node.Namespace, new IPEndPoint(IPAddress.Any, 30080), socket => socket.SendAsync("web"u8.ToArray()));
        var clock = new Testing.VirtualClock();
        var other = host.Listen(new IPEndPoint(IPAddress.Loopback, 30080));
        var listeners = Listeners(host, network, node, clock);
        _server.Run(listeners.RunAsync);
        await _server.Services.CreateAsync(Service("web", 30080, "TCP"));
        await _server.Services.CreateAsync(Service("more", 30081, "TCP"));
        await UntilAsync(() => listeners.Open.Count == 1 && clock.NextTimerAt is not null);
        for (var i = 0; i < 3; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(6));
            await UntilAsync(() => clock.NextTimerAt is not null);
        }

        Assert.Equal("Node port 30080/TCP cannot be opened on 127.0.0.1: Address already in use", Assert.Single(_errors).Message);
        other.Dispose();
        await UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(6));
            return listeners.Open.Count == 2;
        });
        Assert.Equal("web", await AskAsync(host, IPAddress.Loopback, 30080));
    }

    [Fact]
    public void Only_tcp_and_udp_ports_of_services_that_are_to_be_reached_from_outside_are_opened()
    {
        Assert.Empty(NodePortListeners.Wanted([Service("a", 30080, "SCTP"), Service("b", 0, "TCP"), Service("c", 30080, "TCP", "ClusterIP"), Service("d", 70_000, "TCP")]));
        Assert.Equal([new NodePort(ProtocolType.Tcp, 30080)], NodePortListeners.Wanted([Service("a", 30080, "TCP", "LoadBalancer"), Service("b", 30080, "")]));
    }

    private NodePortListeners Listeners(NetworkNamespace host, ClusterNetwork network, ClusterNode node, TimeProvider? time = null) =>
        new(_server.Informers.For<Service>(), new NodePortListenersOptions { NodeAddresses = () => [node.Address], DialIn = network.Namespace, ListenIn = host, Time = time ?? TimeProvider.System, OnError = _errors.Enqueue });

    private static Service Service(string name, int port, string protocol, string? type = null) => new()
    {
        Metadata = new ObjectMeta { Name = name },
        Spec = new ServiceSpec
        {
            Type = type ?? (port > 0 ? "NodePort" : "ClusterIP"),
            Selector = ApiMap<string>.From(("app", name)),
            Ports = [new ServicePort { Port = 80, NodePort = port, Protocol = protocol }],
        },
    };

    public override async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await base.DisposeAsync();
    }
}
