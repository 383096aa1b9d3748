using System.Net;
using System.Net.Sockets;

namespace Keelson.Node.Network;

/// <summary>Forwards UDP packets: every client has a socket of its own towards the target, so that answers find their way back.</summary>
internal sealed class DatagramForwarding(PortForwarderOptions options, Socket listener)
{
    private const int LongestPacket = 65_535;

    private readonly Lock _lock = new();
    private readonly Dictionary<EndPoint, Client> _clients = [];

    public async Task RunAsync(CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var sweeping = SweepAsync(stop.Token);
        try
        {
            await ReceiveAsync(cancel).ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await sweeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Client[] rest;
            lock (_lock) rest = [.. _clients.Values];
            foreach (var client in rest) client.Socket.Dispose();
            await Task.WhenAll(rest.Select(client => client.Answering)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReceiveAsync(CancellationToken cancel)
    {
        var buffer = GC.AllocateUninitializedArray<byte>(LongestPacket);
        var anyone = new IPEndPoint(options.Listen.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
        while (true)
        {
            try
            {
                var packet = await listener.ReceiveFromAsync(buffer, SocketFlags.None, anyone, cancel).ConfigureAwait(false);
                var client = Find(packet.RemoteEndPoint, cancel);
                if (client is null) continue;
                client.LastSeen = options.Time.GetTimestamp();
                await client.Socket.SendAsync(buffer.AsMemory(0, packet.ReceivedBytes), SocketFlags.None, cancel).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is SocketException or ObjectDisposedException or NetworkException)
            {
                // A packet is lost, as packets are.
                options.OnError?.Invoke(failure);
            }
        }
    }

    private Client? Find(EndPoint from, CancellationToken cancel)
    {
        lock (_lock)
        {
            if (_clients.TryGetValue(from, out var known)) return known;
            if (options.Targets() is not [var target, ..]) return null;
            if (_clients.Count >= options.MaxConnections) Drop(_clients.MinBy(entry => entry.Value.LastSeen).Key);
            var socket = options.DialIn.CreateSocket(SocketType.Dgram, target.AddressFamily);
            try
            {
                socket.Connect(target);
            }
            catch
            {
                socket.Dispose();
                throw;
            }

            var client = new Client(socket) { LastSeen = options.Time.GetTimestamp() };
            _clients[from] = client;
            client.Answering = AnswerAsync(from, client, cancel);
            return client;
        }
    }

    private async Task AnswerAsync(EndPoint to, Client client, CancellationToken cancel)
    {
        await Task.Yield();
        var buffer = GC.AllocateUninitializedArray<byte>(LongestPacket);
        try
        {
            while (true)
            {
                var count = await client.Socket.ReceiveAsync(buffer, cancel).ConfigureAwait(false);
                client.LastSeen = options.Time.GetTimestamp();
                await listener.SendToAsync(buffer.AsMemory(0, count), SocketFlags.None, to, cancel).ConfigureAwait(false);
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // It was given up, or nobody listens there; the client's next packet begins anew.
            lock (_lock)
            {
                if (_clients.TryGetValue(to, out var current) && current == client) Drop(to);
            }
        }
    }

    private async Task SweepAsync(CancellationToken cancel)
    {
        while (true)
        {
            await Task.Delay(options.UdpIdleTimeout / 4, options.Time, cancel).ConfigureAwait(false);
            lock (_lock)
            {
                foreach (var silent in _clients.Where(entry => options.Time.GetElapsedTime(entry.Value.LastSeen) >= options.UdpIdleTimeout).Select(entry => entry.Key).ToList()) Drop(silent);
            }
        }
    }

    private void Drop(EndPoint client)
    {
        _clients.Remove(client, out var dropped);
        dropped?.Socket.Dispose();
    }

    private sealed class Client(Socket socket)
    {
        public Socket Socket { get; } = socket;

        public long LastSeen { get; set; }

        public Task Answering { get; set; } = Task.CompletedTask;
    }
}
