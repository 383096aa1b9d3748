using System.Globalization;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using Keelson.Client.Streaming.Spdy;
using Keelson.Client.Streaming.WebSockets;

namespace Keelson.Client.Streaming.PortForward;

/// <summary>The serving end of a port forward: gives the connections that the client opens.</summary>
public sealed class PortForwardServer : IAsyncDisposable
{
    private readonly SpdyConnection? _connection;
    private readonly ChannelSocket? _socket;
    private readonly IReadOnlyList<int> _ports;
    private readonly StreamLimits _limits;

    private PortForwardServer(SpdyConnection? connection, ChannelSocket? socket, IReadOnlyList<int> ports, StreamLimits limits)
    {
        _connection = connection;
        _socket = socket;
        _ports = ports;
        _limits = limits;
    }

    /// <summary>Serves the protocol portforward.k8s.io over SPDY, also from inside of a <see cref="WebSocketTunnel"/>.</summary>
    /// <param name="upgraded">The connection after the answer 101; it is the server's from now on.</param>
    public static PortForwardServer OverSpdy(Stream upgraded, StreamLimits? limits = null)
    {
        limits ??= StreamLimits.Default;
        return new PortForwardServer(SpdyConnection.Start(upgraded, isServer: true, limits), null, [], limits);
    }

    /// <summary>Serves ports that the request named, a pair of channels each, over a WebSocket; one connection a port.</summary>
    public static async Task<PortForwardServer> OverWebSocketAsync(WebSocket socket, string protocol, IReadOnlyList<int> ports, StreamLimits? limits = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(ports);
        limits ??= StreamLimits.Default;
        // A channel's number is one byte, in base64 one character.
        var isBase64 = StreamProtocols.IsBase64(protocol);
        if (ports.Count is 0 || ports.Count * 2 > (isBase64 ? 10 : 255)) throw new ArgumentException("the number of ports does not fit the protocol", nameof(ports));
        var channels = ChannelSocket.Start(socket, isBase64 ? SocketEncoding.Base64 : SocketEncoding.Binary, CloseSignals.None, ports.Count * 2, limits);
        try
        {
            // Each channel begins with the port it is for.
            for (var i = 0; i < ports.Count * 2; i++) await channels[i].WriteAsync(new[] { (byte)ports[i / 2], (byte)(ports[i / 2] >> 8) }, cancel).ConfigureAwait(false);
        }
        catch
        {
            await channels.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return new PortForwardServer(null, channels, ports, limits);
    }

    /// <summary>The connections, as the client opens them, until it goes away. Serve each beside the others.</summary>
    public async IAsyncEnumerable<ForwardedConnection> AcceptAsync([EnumeratorCancellation] CancellationToken cancel = default)
    {
        if (_socket is { } socket)
        {
            for (var i = 0; i < _ports.Count; i++) yield return Serving(_ports[i], socket[2 * i], socket[(2 * i) + 1]);
            yield break;
        }

        Dictionary<string, Pair> pairs = [];
        while (await _connection!.AcceptAsync(cancel).ConfigureAwait(false) is { } stream)
        {
            var now = _limits.Time.GetUtcNow();
            foreach (var (id, old) in pairs.Where(pair => now - pair.Value.Since > _limits.OpenTimeout || pair.Value.Stream.IsReset).ToList())
            {
                pairs.Remove(id);
                await old.Stream.ResetAsync(SpdyResetReason.Cancel, cancel).ConfigureAwait(false);
            }

            if (await TryPairAsync(pairs, stream, now, cancel).ConfigureAwait(false) is { } connection) yield return connection;
        }
    }

    /// <summary>Says goodbye and waits a while for the client to hang up.</summary>
    public Task CloseAsync() => _connection?.CloseAsync() ?? _socket!.CloseAsync();

    public ValueTask DisposeAsync() => _connection?.DisposeAsync() ?? _socket!.DisposeAsync();

    private async Task<ForwardedConnection?> TryPairAsync(Dictionary<string, Pair> pairs, SpdyStream stream, DateTimeOffset now, CancellationToken cancel)
    {
        var kind = stream.Headers.GetValueOrDefault("streamtype");
        if (kind is not ("data" or "error")
            || !ushort.TryParse(stream.Headers.GetValueOrDefault("port"), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port == 0)
        {
            await stream.ResetAsync(SpdyResetReason.ProtocolError, cancel).ConfigureAwait(false);
            return null;
        }

        // The oldest clients give no number, but open the error stream and then, with the next id, its data stream.
        var id = stream.Headers.GetValueOrDefault("requestid")
            ?? "#" + (kind == "error" ? stream.Id : stream.Id - 2).ToString(CultureInfo.InvariantCulture);
        if (!pairs.TryGetValue(id, out var other))
        {
            pairs[id] = new Pair(stream, kind, port, now);
            return null;
        }

        if (other.Kind == kind || other.Port != port)
        {
            await stream.ResetAsync(SpdyResetReason.ProtocolError, cancel).ConfigureAwait(false);
            return null;
        }

        pairs.Remove(id);
        return kind == "data" ? Serving(port, stream, other.Stream) : Serving(port, other.Stream, stream);
    }

    private ForwardedConnection Serving(int port, ChannelStream data, ChannelStream error)
    {
        // A client has nothing to say there, and what it says all the same must not hold the others up.
        error.DiscardIncoming();
        return new ForwardedConnection(port, data, error, _limits);
    }

    private sealed record Pair(SpdyStream Stream, string Kind, int Port, DateTimeOffset Since);
}
