using System.Net;
using System.Net.Sockets;

namespace Keelson.Server.Tests.BadInput;

/// <summary>Stands between clients and a server and passes on what they say, until it is frozen: then both sides have a connection on which nothing arrives any more.</summary>
internal sealed class FreezingRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _frozen = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly List<Socket> _sockets = [];
    private readonly List<Task> _running = [];
    private readonly int _target;

    private FreezingRelay(int target) => _target = target;

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public static FreezingRelay Start(int target)
    {
        var relay = new FreezingRelay(target);
        relay._listener.Start();
        relay._running.Add(relay.AcceptAsync());
        return relay;
    }

    public void Freeze() => _frozen.Cancel();

    public async ValueTask DisposeAsync()
    {
        await _frozen.CancelAsync();
        await _ending.CancelAsync();
        _listener.Stop();
        Task[] running;
        lock (_sockets)
        {
            foreach (var socket in _sockets) socket.Dispose();
            running = [.. _running];
        }

        await Task.WhenAll(running);
        _frozen.Dispose();
        _ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_ending.Token);
                var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await server.ConnectAsync(IPAddress.Loopback, _target, _ending.Token);
                lock (_sockets)
                {
                    _sockets.AddRange([client, server]);
                    _running.AddRange([PumpAsync(client, server), PumpAsync(server, client)]);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // That is how it ends.
        }
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            int count;
            while ((count = await from.ReceiveAsync(buffer, _frozen.Token)) > 0) await to.SendAsync(buffer.AsMemory(0, count), _frozen.Token);
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Frozen: the sockets stay open, and nobody reads them.
        }
    }
}
