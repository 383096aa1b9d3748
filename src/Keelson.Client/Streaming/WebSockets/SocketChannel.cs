namespace Keelson.Client.Streaming.WebSockets;

/// <summary>One channel of a WebSocket that carries several.</summary>
internal sealed class SocketChannel(ChannelSocket socket, byte number, StreamLimits limits) : ChannelStream(limits)
{
    private volatile bool _isClosed;

    public byte Number => number;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (buffer.Length > 0)
        {
            if (_isClosed) throw new StreamingException("WebSocket: the channel's writing side is closed");
            var piece = buffer[..Math.Min(buffer.Length, ChannelSocket.DataBytes)];
            await socket.SendAsync(number, piece, cancellationToken).ConfigureAwait(false);
            buffer = buffer[piece.Length..];
        }
    }

    public ValueTask SendEmptyAsync(CancellationToken cancel) => socket.SendAsync(number, default, cancel);

    /// <summary>Tells the peer where the protocol has a word for it (v5, from client to server); else only this side knows.</summary>
    public override async ValueTask CompleteWritesAsync(CancellationToken cancel = default)
    {
        if (_isClosed) return;
        _isClosed = true;
        if (socket.Signals == CloseSignals.Sent) await socket.SendAsync(ChannelSocket.CloseSignal, new[] { number }, cancel).ConfigureAwait(false);
    }
}
