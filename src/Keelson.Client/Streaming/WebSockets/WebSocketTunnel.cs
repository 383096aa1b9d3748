using System.Net.WebSockets;

namespace Keelson.Client.Streaming.WebSockets;

/// <summary>A plain duplex stream inside of a WebSocket: its binary messages, one after the other, are the bytes.</summary>
public sealed class WebSocketTunnel(WebSocket socket) : Stream, IHalfClosable
{
    private readonly SemaphoreSlim _writing = new(1, 1);
    private bool _isAtEnd;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!_isAtEnd && buffer.Length > 0)
        {
            ValueWebSocketReceiveResult part;
            try
            {
                part = await socket.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
            }
            catch (WebSocketException broken)
            {
                throw new StreamingException($"WebSocket: {broken.Message}", broken);
            }

            if (part.MessageType == WebSocketMessageType.Close) _isAtEnd = true;
            else if (part.MessageType == WebSocketMessageType.Text) throw new StreamingException("WebSocket: a tunnel carries binary messages, not text");
            else if (part.Count > 0) return part.Count;
        }

        return 0;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await socket.SendAsync(buffer, WebSocketMessageType.Binary, WebSocketMessageFlags.EndOfMessage, cancellationToken).ConfigureAwait(false);
        }
        catch (WebSocketException broken)
        {
            throw new StreamingException($"WebSocket: {broken.Message}", broken);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Sends the closing message; the peer's last ones can still be read.</summary>
    public async ValueTask<bool> TryCompleteWritesAsync(CancellationToken cancel = default)
    {
        await _writing.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived) await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", cancel).ConfigureAwait(false);
            return true;
        }
        catch (WebSocketException broken)
        {
            throw new StreamingException($"WebSocket: {broken.Message}", broken);
        }
        finally
        {
            _writing.Release();
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush() { }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) socket.Dispose();
        base.Dispose(disposing);
    }
}
