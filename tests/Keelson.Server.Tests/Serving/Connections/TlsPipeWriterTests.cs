using System.Buffers;
using System.Net.Sockets;
using Keelson.Server.Serving.Connections;

namespace Keelson.Server.Tests.Serving.Connections;

/// <summary>What a connection sends, and when its writer is told.</summary>
public sealed class TlsPipeWriterTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task What_is_written_arrives_in_order_whatever_the_sizes_of_its_parts()
    {
        var random = new Random(7);
        using var socket = NewSocket();
        await using var stream = new GatedStream();
        var writer = new TlsPipeWriter(stream, socket);
        var all = new byte[500_000];
        random.NextBytes(all);
        stream.Open();
        for (var at = 0; at < all.Length;)
        {
            var length = Math.Min(all.Length - at, random.Next(1, 40_000));
            writer.Write(all.AsSpan(at, length));
            at += length;
            if (random.Next(3) == 0) Assert.False((await writer.FlushAsync()).IsCompleted);
        }

        await writer.FlushAsync();
        Assert.Equal(0, writer.UnflushedBytes);
        Assert.Equal(all, stream.Written.ToArray());
    }

    [Fact]
    public async Task A_flush_that_is_called_off_sends_everything_later()
    {
        using var socket = NewSocket();
        await using var stream = new GatedStream();
        var writer = new TlsPipeWriter(stream, socket);
        writer.Write("one "u8);
        var first = writer.FlushAsync();
        Assert.False(first.IsCompleted);
        writer.CancelPendingFlush();
        Assert.True((await first.AsTask().WaitAsync(Patience)).IsCanceled);
        Assert.True(writer.IsSending);
        using (var canceled = new CancellationTokenSource())
        {
            writer.Write("two "u8);
            var second = writer.FlushAsync(canceled.Token).AsTask();
            await canceled.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second.WaitAsync(Patience));
        }

        writer.Write("three"u8);
        var last = writer.FlushAsync();
        stream.Open();
        var result = await last.AsTask().WaitAsync(Patience);
        Assert.False(result.IsCanceled || result.IsCompleted);
        Assert.Equal("one two three"u8.ToArray(), stream.Written.ToArray());
        Assert.False(writer.IsSending);
    }

    [Fact]
    public async Task A_connection_that_broke_tells_its_writer_that_nobody_reads()
    {
        using var socket = NewSocket();
        await using var stream = new GatedStream();
        var writer = new TlsPipeWriter(stream, socket);
        writer.Write(new byte[100_000]);
        var flush = writer.FlushAsync();
        stream.Break();
        Assert.True((await flush.AsTask().WaitAsync(Patience)).IsCompleted);
        writer.Write(new byte[10]);
        Assert.True((await writer.FlushAsync()).IsCompleted);
        Assert.Equal(0, stream.Written.Length);
    }

    private static Socket NewSocket() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    /// <summary>Takes nothing until it is opened.</summary>
    private sealed class GatedStream : Stream
    {
        private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public MemoryStream Written { get; } = new();

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public void Open() => _gate.TrySetResult();

        public void Break() => _gate.TrySetException(new IOException("gone"));

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await _gate.Task;
            Written.Write(buffer.Span);
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
