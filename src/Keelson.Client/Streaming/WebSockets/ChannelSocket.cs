using System.Buffers.Text;
using System.Net.WebSockets;
using System.Text;

namespace Keelson.Client.Streaming.WebSockets;

/// <summary>Several channels over one WebSocket, told apart by the first byte of a message.</summary>
internal sealed class ChannelSocket : IAsyncDisposable
{
    /// <summary>The channel on which v5 says that another one ends.</summary>
    public const byte CloseSignal = 255;

    /// <summary>The most bytes of one message that is sent.</summary>
    public const int DataBytes = 32 << 10;

    private readonly WebSocket _socket;
    private readonly SocketEncoding _encoding;
    private readonly StreamLimits _limits;
    private readonly SocketChannel[] _channels;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly byte[] _outgoing = new byte[1 + Base64.GetMaxEncodedToUtf8Length(DataBytes)];
    private readonly CancellationTokenSource _lifetime = new();
    private Task _reading = Task.CompletedTask;
    private ITimer? _idle;
    private bool _isDisposed;

    private ChannelSocket(WebSocket socket, SocketEncoding encoding, CloseSignals signals, int channels, StreamLimits limits)
    {
        _socket = socket;
        _encoding = encoding;
        _limits = limits;
        Signals = signals;
        _channels = new SocketChannel[channels];
        for (var i = 0; i < channels; i++) _channels[i] = new SocketChannel(this, (byte)i, limits);
    }

    public CloseSignals Signals { get; }

    /// <summary>Ends when nothing more comes from the peer.</summary>
    public Task Completion => _reading;

    public SocketChannel this[int number] => _channels[number];

    public static ChannelSocket Start(WebSocket socket, SocketEncoding encoding, CloseSignals signals, int channels, StreamLimits limits)
    {
        var started = new ChannelSocket(socket, encoding, signals, channels, limits);
        started._idle = limits.Time.CreateTimer(static state => ((ChannelSocket)state!)._lifetime.CancelAsync(), started, limits.IdleTimeout, Timeout.InfiniteTimeSpan);
        started._reading = started.ReadAllAsync();
        return started;
    }

    /// <summary>Sends one message, of at most DataBytes; an empty one is sent too.</summary>
    public async ValueTask SendAsync(byte channel, ReadOnlyMemory<byte> data, CancellationToken cancel)
    {
        await _writing.WaitAsync(cancel).ConfigureAwait(false);
        Task sending;
        try
        {
            int length;
            if (_encoding == SocketEncoding.Binary)
            {
                _outgoing[0] = channel;
                data.CopyTo(_outgoing.AsMemory(1));
                length = data.Length;
            }
            else
            {
                _outgoing[0] = (byte)('0' + channel);
                Base64.EncodeToUtf8(data.Span, _outgoing.AsSpan(1), out _, out length);
            }

            sending = SendAndReleaseAsync(_outgoing.AsMemory(0, 1 + length));
        }
        catch
        {
            _writing.Release();
            throw;
        }

        await sending.WaitAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Closes in order: says so, and waits for the peer to say it too, though not for ever.</summary>
    public async Task CloseAsync()
    {
        if (_isDisposed) return;
        using var limit = new CancellationTokenSource(_limits.CloseTimeout, _limits.Time);
        try
        {
            foreach (var channel in _channels) channel.DiscardIncoming();
            await _writing.WaitAsync(limit.Token).ConfigureAwait(false);
            try
            {
                if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived) await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", limit.Token).ConfigureAwait(false);
            }
            finally
            {
                _writing.Release();
            }

            await _reading.WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The peer is gone, or does not hurry.
        }

        await DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        await _lifetime.CancelAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
        _socket.Dispose();
        if (_idle is not null) await _idle.DisposeAsync().ConfigureAwait(false);
    }

    private async Task SendAndReleaseAsync(ReadOnlyMemory<byte> message)
    {
        try
        {
            var kind = _encoding == SocketEncoding.Binary ? WebSocketMessageType.Binary : WebSocketMessageType.Text;
            await _socket.SendAsync(message, kind, WebSocketMessageFlags.EndOfMessage, _lifetime.Token).ConfigureAwait(false);
            Touch();
        }
        catch (Exception broken)
        {
            throw new StreamingException($"WebSocket: cannot write: {broken.Message}", broken);
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task ReadAllAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        Exception? failure = null;
        var isClosed = false;
        try
        {
            if (_encoding == SocketEncoding.Binary) await ReadBinaryAsync(_lifetime.Token).ConfigureAwait(false);
            else await ReadBase64Async(_lifetime.Token).ConfigureAwait(false);
            isClosed = _socket.CloseStatus is null or WebSocketCloseStatus.NormalClosure or WebSocketCloseStatus.EndpointUnavailable or WebSocketCloseStatus.Empty;
            if (!isClosed) failure = new StreamingException($"WebSocket: the peer closed with {(int)_socket.CloseStatus!} {_socket.CloseStatusDescription}".TrimEnd());
        }
        catch (Exception broken)
        {
            // Whatever came from outside, it ends this socket and nothing else.
            failure = broken;
            await _lifetime.CancelAsync().ConfigureAwait(false);
        }

        foreach (var channel in _channels) channel.EndIncoming(isClosed, failure);
    }

    private async Task ReadBinaryAsync(CancellationToken cancel)
    {
        var buffer = new byte[DataBytes];
        int channel = -1;
        var isClose = false;
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer.AsMemory(), cancel).ConfigureAwait(false);
            if (part.MessageType == WebSocketMessageType.Close) return;
            Touch();
            var data = buffer.AsMemory(0, part.Count);
            if (channel < 0 && data.Length > 0)
            {
                channel = buffer[0];
                isClose = Signals == CloseSignals.Taken && channel == CloseSignal;
                data = data[1..];
            }

            // What is for nobody is dropped, as upstream does.
            if (isClose)
            {
                foreach (var number in data.ToArray()) End(number);
            }
            else if (channel >= 0 && channel < _channels.Length)
            {
                await _channels[channel].DeliverAsync(data, cancel).ConfigureAwait(false);
            }

            if (part.EndOfMessage) channel = -1;
        }
    }

    private async Task ReadBase64Async(CancellationToken cancel)
    {
        var buffer = new byte[4096];
        var length = 0;
        while (true)
        {
            if (length == buffer.Length)
            {
                if (length >= _limits.MessageBytes) throw new StreamingException($"WebSocket: a message has more than {_limits.MessageBytes} bytes");
                Array.Resize(ref buffer, Math.Min(buffer.Length * 2, _limits.MessageBytes));
            }

            var part = await _socket.ReceiveAsync(buffer.AsMemory(length), cancel).ConfigureAwait(false);
            if (part.MessageType == WebSocketMessageType.Close) return;
            Touch();
            length += part.Count;
            if (!part.EndOfMessage) continue;
            if (length > 0)
            {
                var channel = buffer[0] - '0';
                byte[] data;
                try
                {
                    data = Convert.FromBase64String(Encoding.ASCII.GetString(buffer, 1, length - 1));
                }
                catch (FormatException broken)
                {
                    throw new StreamingException("WebSocket: a message is not in base64", broken);
                }

                if (channel >= 0 && channel < _channels.Length) await _channels[channel].DeliverAsync(data, cancel).ConfigureAwait(false);
            }

            length = 0;
        }
    }

    private void End(byte number)
    {
        if (number < _channels.Length) _channels[number].EndIncoming(isByPeer: true);
    }

    private void Touch() => _idle?.Change(_limits.IdleTimeout, Timeout.InfiniteTimeSpan);
}
