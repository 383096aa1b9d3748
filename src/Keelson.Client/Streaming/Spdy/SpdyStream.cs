namespace Keelson.Client.Streaming.Spdy;

/// <summary>A stream of a SPDY connection.</summary>
public sealed class SpdyStream : ChannelStream
{
    private readonly SpdyConnection _connection;
    private readonly TaskCompletionSource _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _writesEnded;
    private volatile bool _isReset;

    internal SpdyStream(SpdyConnection connection, int id, IReadOnlyDictionary<string, string> headers, StreamLimits limits, bool isOurs)
        : base(limits)
    {
        _connection = connection;
        Id = id;
        Headers = headers;
        IsOurs = isOurs;
        // A stream that nobody waits for may fail without anybody hearing of it.
        _ = _reply.Task.ContinueWith(static task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    public int Id { get; }

    /// <summary>What its opener said of it, by name in lower case.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>Whether either side has reset it.</summary>
    public bool IsReset => _isReset;

    /// <summary>Whether neither side will send anything more.</summary>
    internal bool IsOver => _isReset || (_writesEnded != 0 && (IsEndedByPeer || Failure is not null));

    internal bool IsOurs { get; }

    /// <summary>Waits until the peer has accepted the stream; what is sent before that Go's spdystream drops.</summary>
    /// <exception cref="StreamingException">It was refused, or the connection ended.</exception>
    public Task WaitForReplyAsync(CancellationToken cancel = default) => _reply.Task.WaitAsync(cancel);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (buffer.Length > 0)
        {
            ThrowIfClosed();
            var piece = buffer[..Math.Min(buffer.Length, SpdyConnection.DataBytes)];
            await _connection.WriteDataAsync(Id, piece, isLast: false, cancellationToken).ConfigureAwait(false);
            buffer = buffer[piece.Length..];
        }
    }

    public override async ValueTask CompleteWritesAsync(CancellationToken cancel = default)
    {
        if (_isReset || Interlocked.Exchange(ref _writesEnded, 1) != 0) return;
        await _connection.WriteDataAsync(Id, default, isLast: true, cancel).ConfigureAwait(false);
        if (IsOver) _connection.Forget(this);
    }

    /// <summary>Ends both directions at once.</summary>
    public async ValueTask ResetAsync(SpdyResetReason reason = SpdyResetReason.Cancel, CancellationToken cancel = default)
    {
        if (_isReset || IsOver) return;
        _isReset = true;
        DiscardIncoming();
        _connection.Forget(this);
        await _connection.WriteResetAsync(Id, reason, cancel).ConfigureAwait(false);
    }

    public override async ValueTask DisposeAsync()
    {
        try
        {
            await ResetAsync().ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            // With its connection the stream is gone too.
        }

        DiscardIncoming();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    internal void EndWrites() => Interlocked.Exchange(ref _writesEnded, 1);

    internal void OnReply() => _reply.TrySetResult();

    internal void OnReset(uint reason)
    {
        _isReset = true;
        _reply.TrySetException(new StreamingException($"SPDY: the peer refused the stream ({(SpdyResetReason)reason})"));
        // Go's servers reset what they are done with, and its clients take that for the end.
        EndIncoming(isByPeer: true);
    }

    internal void OnEnd(Exception? failure)
    {
        EndIncoming(isByPeer: false, failure);
        _reply.TrySetException(failure ?? new StreamingException("SPDY: the connection ended"));
    }

    private void ThrowIfClosed()
    {
        if (_isReset) throw new StreamingException("SPDY: the stream was reset");
        if (_writesEnded != 0) throw new StreamingException("SPDY: the stream's writing side is closed");
    }
}
