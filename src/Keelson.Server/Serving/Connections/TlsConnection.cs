using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Keelson.Server.Serving.Connections;

/// <summary>
/// One client's connection. Its end is noticed even while nobody asks for input, as what arrives is read ahead up to a bound; while
/// nothing arrives it holds no buffer.
/// </summary>
internal sealed class TlsConnection : ConnectionContext, IDuplexPipe, IMemoryPoolFeature, IConnectionEndPointFeature, IConnectionLifetimeFeature
{
    /// <summary>What is read ahead of a client that sends more than is asked for; default 128 KiB.</summary>
    private const int MaxReadAhead = 128 * 1024;

    private const int FirstRead = 4 * 1024;
    private const int LargeRead = 16 * 1024;

    /// <summary>How long the rest of an answer may take when the connection is closed; default 5 seconds.</summary>
    private static readonly TimeSpan LastFlush = TimeSpan.FromSeconds(5);

    private static readonly PipeOptions InputOptions = new(
        SharedMemoryPool.Instance, PipeScheduler.Inline, PipeScheduler.Inline, MaxReadAhead, MaxReadAhead / 2, FirstRead, useSynchronizationContext: false);

    private static long _lastId;

    private readonly Socket _socket;
    private readonly TlsTerms _terms;
    private readonly SslStream _tls;
    private readonly Pipe _input = new(InputOptions);
    private readonly TlsPipeWriter _output;
    private readonly CancellationTokenSource _closed = new();
    private Task _receiving = Task.CompletedTask;
    private IDuplexPipe? _transport;
    private IDictionary<object, object?>? _items;
    private bool _isClosing;

    public TlsConnection(Socket socket, TlsTerms terms)
    {
        _socket = socket;
        _terms = terms;
        _tls = new SslStream(new NetworkStream(socket, ownsSocket: false), leaveInnerStreamOpen: true);
        _output = new TlsPipeWriter(_tls, socket);
        ConnectionId = Interlocked.Increment(ref _lastId).ToString("X", System.Globalization.CultureInfo.InvariantCulture);
        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = socket.RemoteEndPoint;
        ConnectionClosed = _closed.Token;
        Features.Set<IMemoryPoolFeature>(this);
        Features.Set<IConnectionEndPointFeature>(this);
        Features.Set<IConnectionLifetimeFeature>(this);
    }

    public override string ConnectionId { get; set; }

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items
    {
        get => _items ??= new ConnectionItems();
        set => _items = value;
    }

    public override IDuplexPipe Transport
    {
        get => _transport ?? this;
        set => _transport = value;
    }

    public MemoryPool<byte> MemoryPool => SharedMemoryPool.Instance;

    PipeReader IDuplexPipe.Input => _input.Reader;

    PipeWriter IDuplexPipe.Output => _output;

    /// <summary>Agrees with the client on keys, then begins to read; false where that fails.</summary>
    public async Task<bool> ShakeHandsAsync()
    {
        using var timeout = new CancellationTokenSource(_terms.HandshakeTimeout, _terms.Time);
        try
        {
            await _tls.AuthenticateAsServerAsync(_terms.Options, timeout.Token).ConfigureAwait(false);
        }
        catch (Exception failed) when (failed is IOException or AuthenticationException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            return false;
        }

        var facts = new TlsFacts(_tls);
        Features.Set<ITlsConnectionFeature>(facts);
        Features.Set<ITlsApplicationProtocolFeature>(facts);
        Features.Set<ITlsHandshakeFeature>(facts);
        _receiving = ReceiveAsync();
        return true;
    }

    public override void Abort() => Abort(new ConnectionAbortedException());

    /// <summary>Ends the connection at once: what was not sent is dropped, and the client is told so by the kernel.</summary>
    public override void Abort(ConnectionAbortedException abortReason)
    {
        Volatile.Write(ref _isClosing, true);
        _socket.Close(timeout: 0);
        _output.CancelPendingFlush();
    }

    public override async ValueTask DisposeAsync()
    {
        if (!Volatile.Read(ref _isClosing)) await SendRestAsync().ConfigureAwait(false);
        Volatile.Write(ref _isClosing, true);
        await _input.Reader.CompleteAsync().ConfigureAwait(false);
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The client was faster.
        }

        _socket.Dispose();
        await _receiving.ConfigureAwait(false);
        await _output.StopAsync().ConfigureAwait(false);
        await _tls.DisposeAsync().ConfigureAwait(false);
        _closed.Dispose();
    }

    private async Task SendRestAsync()
    {
        if (_output.UnflushedBytes == 0 && !_output.IsSending) return;
        using var timeout = new CancellationTokenSource(LastFlush, _terms.Time);
        try
        {
            await _output.FlushAsync(timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // It does not read; what is left is its loss.
        }
    }

    private async Task ReceiveAsync()
    {
        Exception? error = null;
        var size = FirstRead;
        try
        {
            while (true)
            {
                // Waits without a buffer of its own, and lets TLS do without one.
                await _tls.ReadAsync(Memory<byte>.Empty).ConfigureAwait(false);
                var memory = _input.Writer.GetMemory(size);
                var read = await _tls.ReadAsync(memory).ConfigureAwait(false);
                if (read == 0) break;
                size = read >= FirstRead ? LargeRead : FirstRead;
                _input.Writer.Advance(read);
                if ((await _input.Writer.FlushAsync().ConfigureAwait(false)).IsCompleted) break;
            }
        }
        catch (Exception broken) when (broken is IOException or SocketException or ObjectDisposedException or AuthenticationException or InvalidOperationException)
        {
            error = Volatile.Read(ref _isClosing) ? new ConnectionAbortedException() : new ConnectionResetException(broken.Message, broken);
        }

        await _input.Writer.CompleteAsync(error).ConfigureAwait(false);
        await _closed.CancelAsync().ConfigureAwait(false);
    }
}
