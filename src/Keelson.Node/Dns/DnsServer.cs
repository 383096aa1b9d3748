using System.Net;
using System.Net.Sockets;
using Keelson.Node.Dns.Serving;

namespace Keelson.Node.Dns;

/// <summary>Answers questions over UDP and TCP.</summary>
internal sealed class DnsServer : IDisposable
{
    private const int Backlog = 512;

    private readonly ClusterDnsOptions _options;
    private readonly List<Socket> _sockets;

    /// <summary>Opens the sockets, so that one that is in use is seen at once.</summary>
    /// <exception cref="SocketException">An address cannot be listened on.</exception>
    public DnsServer(ClusterDnsOptions options)
    {
        _options = options;
        _sockets = [.. options.Sockets];
        try
        {
            foreach (var place in options.Listen) Open(place);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Where it listens, ports that the system chose included.</summary>
    public IReadOnlyList<IPEndPoint> Endpoints => [.. _sockets.Select(socket => (IPEndPoint)socket.LocalEndPoint!).Distinct()];

    /// <summary>Answers until it is cancelled; returns when nothing is under way any more.</summary>
    public async Task RunAsync(Responder responder, DnsCounters counters, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var forwards = new BoundedWork(_options.ForwardLimit, _options.OnError);
        var connections = new BoundedWork(_options.ConnectionLimit, _options.OnError);
        var loops = new List<Task>();
        foreach (var socket in _sockets)
        {
            if (socket.SocketType == SocketType.Stream)
            {
                loops.Add(new StreamListener(socket, responder, connections, counters, _options).RunAsync(stop.Token));
                continue;
            }

            var listener = new DatagramListener(socket, responder, forwards, counters, _options);
            for (var i = 0; i < _options.Readers; i++) loops.Add(Task.Run(() => listener.RunAsync(stop.Token), CancellationToken.None));
        }

        try
        {
            await Kubelet.Group.RunAsync(stop, [.. loops]).ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await forwards.DrainAsync().ConfigureAwait(false);
            await connections.DrainAsync().ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        foreach (var socket in _sockets) socket.Dispose();
    }

    private void Open(IPEndPoint place)
    {
        // Over both ways the port is the same; one that the system chose for the first may be taken for the second.
        for (var attempt = 0; ; attempt++)
        {
            var datagrams = new Socket(place.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            var streams = new Socket(place.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                datagrams.ReceiveBufferSize = 4 << 20;
                datagrams.SendBufferSize = 4 << 20;
                streams.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
                datagrams.Bind(place);
                streams.Bind(new IPEndPoint(place.Address, ((IPEndPoint)datagrams.LocalEndPoint!).Port));
                streams.Listen(Backlog);
                _sockets.Add(datagrams);
                _sockets.Add(streams);
                return;
            }
            catch (SocketException failure)
            {
                datagrams.Dispose();
                streams.Dispose();
                if (place.Port != 0 || attempt == 16 || failure.SocketErrorCode != SocketError.AddressAlreadyInUse) throw;
            }
        }
    }
}
