using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Keelson.Node.Network;

namespace Keelson.Node.Tests.Network;

public sealed class PortForwarderTests : NetworkTest
{
    private readonly ConcurrentQueue<Exception> _errors = [];

    [Fact]
    public async Task Bytes_go_both_ways_and_one_way_may_end_before_the_other()
    {
        var (outside, inside) = (Bare(), Bare());
        // Answers only when all of the question is there: its end has to come through.
        var target = await ServeAsync(inside, new IPEndPoint(IPAddress.Loopback, 0), async socket =>
        {
            using var stream = new NetworkStream(socket);
            await socket.SendAsync(await SHA256.HashDataAsync(stream, Cancel), Cancel);
        });
        await using var running = Run(Options(outside, inside, target));
        var question = new byte[8 << 20];
        new Random(3).NextBytes(question);
        using var client = await outside.ConnectAsync(running.Address, Cancel);
        for (var sent = 0; sent < question.Length;) sent += await client.SendAsync(question.AsMemory(sent), Cancel);
        client.Shutdown(SocketShutdown.Send);
        var answer = new byte[64];
        Assert.Equal(32, await client.ReceiveAsync(answer, Cancel));
        Assert.Equal(SHA256.HashData(question), answer[..32]);
        Assert.Equal(0, await client.ReceiveAsync(answer, Cancel));
        Assert.Empty(_errors);
    }

    [Fact]
    public async Task A_target_that_refuses_closes_the_connection_and_the_next_target_is_tried()
    {
        var (outside, inside) = (Bare(), Bare());
        var target = await ServeAsync(inside, new IPEndPoint(IPAddress.Loopback, 0), socket => socket.SendAsync("here"u8.ToArray()));
        var nobody = new IPEndPoint(IPAddress.Loopback, 1);
        var targets = new List<IPEndPoint> { nobody };
        await using var running = Run(Options(outside, inside, target) with { Targets = () => targets });
        Assert.Equal("", await AskAsync(outside, IPAddress.Loopback, running.Address.Port));
        // The connection may end before the failure is told.
        await UntilAsync(() => _errors.Any(failure => failure is SocketException { SocketErrorCode: SocketError.ConnectionRefused }));
        targets = [nobody, target];
        Assert.Equal("here", await AskAsync(outside, IPAddress.Loopback, running.Address.Port));
        targets = [];
        Assert.Equal("", await AskAsync(outside, IPAddress.Loopback, running.Address.Port));
    }

    [Fact]
    public async Task No_more_connections_than_allowed_are_served_at_once_and_the_others_wait()
    {
        var (outside, inside) = (Bare(), Bare());
        var served = 0;
        var target = await ServeAsync(inside, new IPEndPoint(IPAddress.Loopback, 0), async socket =>
        {
            Interlocked.Increment(ref served);
            await socket.SendAsync("hello"u8.ToArray());
            await socket.ReceiveAsync(new byte[1], Cancel);
        });
        await using var running = Run(Options(outside, inside, target) with { MaxConnections = 2 });
        var clients = new List<Socket>();
        for (var i = 0; i < 3; i++) clients.Add(await outside.ConnectAsync(running.Address, Cancel));
        var buffer = new byte[5];
        Assert.Equal(5, await clients[0].ReceiveAsync(buffer, Cancel));
        Assert.Equal(5, await clients[1].ReceiveAsync(buffer, Cancel));
        Assert.Equal(2, Volatile.Read(ref served));
        clients[0].Dispose();
        Assert.Equal(5, await clients[2].ReceiveAsync(buffer, Cancel));
        Assert.Equal(3, Volatile.Read(ref served));
        foreach (var client in clients) client.Dispose();
    }

    [Fact]
    public async Task The_end_closes_the_port_and_every_connection()
    {
        var (outside, inside) = (Bare(), Bare());
        var target = await ServeAsync(inside, new IPEndPoint(IPAddress.Loopback, 0), async socket =>
        {
            await socket.SendAsync("hello"u8.ToArray());
            await socket.ReceiveAsync(new byte[1], Cancel);
        });
        var running = Run(Options(outside, inside, target));
        var address = running.Address;
        using var client = await outside.ConnectAsync(address, Cancel);
        var buffer = new byte[16];
        Assert.Equal(5, await client.ReceiveAsync(buffer, Cancel));
        await running.DisposeAsync();
        Assert.False(await ReachesAsync(outside, address.Address, address.Port));
        try
        {
            Assert.Equal(0, await client.ReceiveAsync(buffer, Cancel));
        }
        catch (SocketException reset)
        {
            Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
        }
    }

    [Fact]
    public async Task A_break_on_one_side_is_a_break_on_the_other()
    {
        var (outside, inside) = (Bare(), Bare());
        var ended = new TaskCompletionSource<SocketError>();
        var target = await ServeAsync(inside, new IPEndPoint(IPAddress.Loopback, 0), async socket =>
        {
            await socket.SendAsync("hello"u8.ToArray());
            try
            {
                await socket.ReceiveAsync(new byte[1], Cancel);
                ended.TrySetResult(SocketError.Success);
            }
            catch (SocketException broken)
            {
                ended.TrySetResult(broken.SocketErrorCode);
            }
        });
        await using var running = Run(Options(outside, inside, target));
        var client = await outside.ConnectAsync(running.Address, Cancel);
        Assert.Equal(5, await client.ReceiveAsync(new byte[16], Cancel));
        client.LingerState = new LingerOption(true, 0);
        client.Dispose();
        Assert.Equal(SocketError.ConnectionReset, await ended.Task.WaitAsync(Cancel));
    }

    [Fact]
    public async Task Packets_find_their_way_back_to_each_client_and_the_longest_silent_gives_way()
    {
        var (outside, inside) = (Bare(), Bare());
        using var server = inside.CreateSocket(SocketType.Dgram);
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var senders = new ConcurrentDictionary<string, string>();
        var echo = EchoAsync(server, senders);
        await using var running = Run(Options(outside, inside, (IPEndPoint)server.LocalEndPoint!) with { Protocol = ProtocolType.Udp, MaxConnections = 2 });
        var clients = Enumerable.Range(0, 3).Select(_ => outside.CreateSocket(SocketType.Dgram)).ToList();
        var buffer = new byte[70_000];
        foreach (var round in new[] { "a", "b" })
        {
            for (var i = 0; i < 3; i++)
            {
                var text = $"{round}{i}" + new string('x', i * 20_000);
                await clients[i].SendToAsync(Encoding.ASCII.GetBytes(text), running.Address, Cancel);
                Assert.Equal(text, Encoding.ASCII.GetString(buffer, 0, await clients[i].ReceiveAsync(buffer, Cancel)));
            }
        }

        // With two places for three clients each of them was forgotten in between.
        Assert.NotEqual(senders["a0"], senders["b0"]);
        await clients[2].SendToAsync("c2"u8.ToArray(), running.Address, Cancel);
        await clients[2].ReceiveAsync(buffer, Cancel);
        Assert.Equal(senders["b2"], senders["c2"]);
        await running.DisposeAsync();
        foreach (var client in clients) client.Dispose();
        server.Dispose();
        await echo;
    }

    [Fact]
    public async Task A_silent_client_is_forgotten_after_a_time()
    {
        var clock = new Testing.VirtualClock();
        var (outside, inside) = (Bare(), Bare());
        using var server = inside.CreateSocket(SocketType.Dgram);
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var senders = new ConcurrentDictionary<string, string>();
        var echo = EchoAsync(server, senders);
        await using var running = Run(Options(outside, inside, (IPEndPoint)server.LocalEndPoint!) with { Protocol = ProtocolType.Udp, Time = clock });
        using var client = outside.CreateSocket(SocketType.Dgram);
        var buffer = new byte[16];
        foreach (var (text, pause) in new[] { ("a1", TimeSpan.Zero), ("b1", TimeSpan.FromSeconds(30)), ("c1", TimeSpan.FromSeconds(90)) })
        {
            clock.Advance(pause);
            await UntilAsync(() => clock.NextTimerAt is not null);
            await client.SendToAsync(Encoding.ASCII.GetBytes(text), running.Address, Cancel);
            Assert.Equal(2, await client.ReceiveAsync(buffer, Cancel));
        }

        Assert.Equal(senders["a1"], senders["b1"]);
        Assert.NotEqual(senders["b1"], senders["c1"]);
        await running.DisposeAsync();
        server.Dispose();
        await echo;
    }

    [Fact]
    public void A_port_in_use_and_another_protocol_are_refused()
    {
        var place = Bare();
        using var taken = place.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        var options = Options(place, place, new IPEndPoint(IPAddress.Loopback, 1)) with { Listen = (IPEndPoint)taken.LocalEndPoint! };
        Assert.Equal(SocketError.AddressAlreadyInUse, Assert.Throws<SocketException>(() => PortForwarder.Open(options)).SocketErrorCode);
        Assert.Throws<ArgumentException>(() => PortForwarder.Open(options with { Protocol = ProtocolType.Icmp }));
    }

    private PortForwarderOptions Options(NetworkNamespace outside, NetworkNamespace inside, IPEndPoint target) => new()
    {
        Listen = new IPEndPoint(IPAddress.Loopback, 0), Targets = () => [target], ListenIn = outside, DialIn = inside, OnError = _errors.Enqueue,
    };

    // Answers with what came, and notes by its first two letters from where.
    private async Task EchoAsync(Socket server, ConcurrentDictionary<string, string> senders)
    {
        var buffer = new byte[70_000];
        try
        {
            while (true)
            {
                var packet = await server.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), Cancel);
                senders[Encoding.ASCII.GetString(buffer, 0, 2)] = packet.RemoteEndPoint.ToString()!;
                await server.SendToAsync(buffer.AsMemory(0, packet.ReceivedBytes), packet.RemoteEndPoint, Cancel);
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The test is over.
        }
    }

    private Running Run(PortForwarderOptions options)
    {
        var forwarder = PortForwarder.Open(options);
        var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        return new Running(forwarder.Address, stop, forwarder.RunAsync(stop.Token));
    }

    private sealed record Running(IPEndPoint Address, CancellationTokenSource Stop, Task Task) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Stop.CancelAsync();
            await Task;
        }
    }
}
