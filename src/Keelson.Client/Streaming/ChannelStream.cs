using System.IO.Pipelines;

namespace Keelson.Client.Streaming;

/// <summary>One of several streams that share a connection: readable, writable, and each direction ends by itself.</summary>
public abstract class ChannelStream : Stream
{
    private readonly Pipe _incoming;
    private readonly Stream _reader;
    private bool _isEnded;

    private protected ChannelStream(StreamLimits limits)
    {
        _incoming = new Pipe(new PipeOptions(
            pauseWriterThreshold: limits.BufferBytes,
            resumeWriterThreshold: limits.BufferBytes / 2,
            useSynchronizationContext: false));
        _reader = _incoming.Reader.AsStream();
    }

    /// <summary>Why the incoming direction ended before its end; null where it ended well or has not ended.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Whether the peer said itself that it has no more to send, as opposed to a connection that went away.</summary>
    public bool IsEndedByPeer { get; private set; }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Says that nothing more will be written; reading goes on.</summary>
    public abstract ValueTask CompleteWritesAsync(CancellationToken cancel = default);

    /// <summary>Throws away what comes from now on, so that it holds nothing else up.</summary>
    public void DiscardIncoming() => _incoming.Reader.Complete();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count;
        try
        {
            count = await _reader.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidOperationException)
        {
            // Reading what is discarded.
            return 0;
        }

        return count == 0 && buffer.Length > 0 && Failure is { } failure ? throw new StreamingException(failure.Message, failure) : count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    /// <summary>Nothing waits here: what was written is on its way.</summary>
    public override void Flush() { }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Takes what came for this stream; waits while nobody reads.</summary>
    internal async ValueTask DeliverAsync(ReadOnlyMemory<byte> data, CancellationToken cancel)
    {
        if (data.IsEmpty || _isEnded) return;
        await _incoming.Writer.WriteAsync(data, cancel).ConfigureAwait(false);
    }

    /// <summary>Ends the incoming direction; what is buffered can still be read. Only the connection's reader calls this.</summary>
    internal void EndIncoming(bool isByPeer, Exception? failure = null)
    {
        if (_isEnded) return;
        _isEnded = true;
        IsEndedByPeer = isByPeer;
        Failure = failure;
        _incoming.Writer.Complete();
    }
}
