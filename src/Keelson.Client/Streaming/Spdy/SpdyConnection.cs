using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Keelson.Client.Streaming.Spdy;

/// <summary>
/// Streams over one duplex stream, as SPDY/3.1 frames, for either side; made to get along with Go's spdystream, which
/// neither keeps nor grants flow control windows.
/// </summary>
public sealed partial class SpdyConnection : IAsyncDisposable
{
    /// <summary>The most bytes of one data frame that is sent.</summary>
    internal const int DataBytes = 32 << 10;

    /// <summary>Answers to the peer's frames that wait to be sent; a peer that asks on without taking them is cut off.</summary>
    private const int ControlQueue = 256;

    private readonly Stream _transport;
    private readonly bool _isServer;
    private readonly StreamLimits _limits;
    private readonly ConcurrentDictionary<int, SpdyStream> _streams = new();
    private readonly ConcurrentDictionary<uint, TaskCompletionSource> _pings = new();
    private readonly Channel<SpdyStream> _accepted;
    private readonly Channel<byte[]> _control = Channel.CreateBounded<byte[]>(ControlQueue);
    private readonly CancellationTokenSource _lifetime = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly byte[] _outgoing = new byte[8 + DataBytes];
    private readonly SpdyHeaderEncoder _encoder = new();
    private readonly SpdyHeaderDecoder _decoder;
    private Task _reading = Task.CompletedTask;
    private Task _answering = Task.CompletedTask;
    private ITimer? _idle;
    private Exception? _failure;
    private int _nextId;
    private int _lastAccepted;
    private uint _nextPing;
    private volatile bool _isOver;
    private bool _saidGoodbye;
    private bool _isDisposed;

    private SpdyConnection(Stream transport, bool isServer, StreamLimits limits)
    {
        _transport = transport;
        _isServer = isServer;
        _limits = limits;
        _decoder = new SpdyHeaderDecoder(limits);
        _accepted = Channel.CreateBounded<SpdyStream>(limits.MaxStreams);
        _nextId = isServer ? 2 : 1;
        _nextPing = isServer ? 2u : 1u;
    }

    /// <summary>Ends when nothing more comes from the peer, however that came about.</summary>
    public Task Completion => _reading;

    /// <summary>Whether the peer has said that it takes no new streams.</summary>
    public bool IsGoingAway { get; private set; }

    /// <summary>Streams that are open now.</summary>
    public int StreamCount => _streams.Count;

    /// <summary>Begins to speak SPDY over a duplex stream, which is the connection's from now on.</summary>
    public static SpdyConnection Start(Stream transport, bool isServer, StreamLimits? limits = null)
    {
        var connection = new SpdyConnection(transport, isServer, limits ?? StreamLimits.Default);
        connection._idle = connection._limits.Time.CreateTimer(
            static state => ((SpdyConnection)state!).Abort(new StreamingException("SPDY: the connection was idle for too long")), connection, connection._limits.IdleTimeout, Timeout.InfiniteTimeSpan);
        connection._reading = connection.ReadAllAsync();
        connection._answering = connection.AnswerAsync();
        return connection;
    }

    /// <summary>Opens a stream; wait for its reply before writing to it.</summary>
    public async Task<SpdyStream> OpenAsync(IReadOnlyDictionary<string, string> headers, CancellationToken cancel = default)
    {
        await _writing.WaitAsync(cancel).ConfigureAwait(false);
        Task sending;
        SpdyStream stream;
        try
        {
            ThrowIfOver();
            if (IsGoingAway || _streams.Count >= _limits.MaxStreams) throw new StreamingException("SPDY: the connection takes no more streams");
            stream = new SpdyStream(this, _nextId, headers, _limits, isOurs: true);
            _nextId += 2;
            _streams[stream.Id] = stream;
            var block = _encoder.Encode([.. headers]);
            var frame = Frame(SpdyFrame.SynStream, 10 + block.Length);
            BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(8), stream.Id);
            block.CopyTo(frame, 18);
            sending = SendAndReleaseAsync(frame);
        }
        catch
        {
            _writing.Release();
            throw;
        }

        // The read loop may have ended, and told its streams so, before this one was among them.
        if (_isOver) stream.OnEnd(_failure);
        await sending.WaitAsync(cancel).ConfigureAwait(false);
        return stream;
    }

    /// <summary>The next stream that the peer opens, accepted; null when no more can come.</summary>
    public async ValueTask<SpdyStream?> AcceptAsync(CancellationToken cancel = default)
    {
        while (await _accepted.Reader.WaitToReadAsync(cancel).ConfigureAwait(false))
        {
            if (!_accepted.Reader.TryRead(out var stream)) continue;
            if (stream.IsReset) continue;
            await ReplyAsync(stream.Id, cancel).ConfigureAwait(false);
            return stream;
        }

        return null;
    }

    /// <summary>Asks the peer for a sign of life and waits for it.</summary>
    public async Task PingAsync(CancellationToken cancel = default)
    {
        var id = Interlocked.Add(ref _nextPing, 2) - 2;
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _pings[id] = answer;
        try
        {
            await WriteAsync(PingFrame(id), cancel).ConfigureAwait(false);
            if (_isOver) ThrowIfOver();
            await answer.Task.WaitAsync(cancel).ConfigureAwait(false);
        }
        finally
        {
            _pings.TryRemove(id, out _);
        }
    }

    /// <summary>Says goodbye, and waits for the peer to hang up, though not for ever, so that it can read what was sent.</summary>
    public async Task CloseAsync()
    {
        if (_isDisposed) return;
        using var limit = new CancellationTokenSource(_limits.CloseTimeout, _limits.Time);
        try
        {
            await GoAwayAsync(limit.Token).ConfigureAwait(false);
            foreach (var stream in _streams.Values) stream.DiscardIncoming();
            await _transport.FlushAsync(limit.Token).ConfigureAwait(false);
            await HalfClose.TryAsync(_transport, limit.Token).ConfigureAwait(false);
            await _reading.WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The peer is gone, or does not hurry.
        }

        await DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        Abort(new StreamingException("SPDY: the connection was closed"));
        await _transport.DisposeAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
        await _answering.ConfigureAwait(false);
        if (_idle is not null) await _idle.DisposeAsync().ConfigureAwait(false);
        // Nobody may be in the middle of a frame when the buffers go.
        await _writing.WaitAsync().ConfigureAwait(false);
        _writing.Release();
        _encoder.Dispose();
        _decoder.Dispose();
    }

    internal void Forget(SpdyStream stream) => _streams.TryRemove(new KeyValuePair<int, SpdyStream>(stream.Id, stream));

    private void Abort(Exception failure)
    {
        Interlocked.CompareExchange(ref _failure, failure, null);
        // Cancelling runs what waits for it; that must not be run under a lock of a timer's.
        _lifetime.CancelAsync();
    }

    private void ThrowIfOver()
    {
        if (_failure is { } failure) throw new StreamingException(failure.Message, failure);
        if (_isOver) throw new StreamingException("SPDY: the connection ended");
        ObjectDisposedException.ThrowIf(_isDisposed, this);
    }

    private void Touch() => _idle?.Change(_limits.IdleTimeout, Timeout.InfiniteTimeSpan);
}
