using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Google.Protobuf;

namespace Keelson.Rpc.Wire;

/// <summary>Cuts a stream of bytes into messages: a flag, four bytes of length, the message.</summary>
/// <param name="gzip">Whether the peer announced that messages may be compressed.</param>
internal sealed class MessageReader(PipeReader pipe, int maxBytes, bool gzip)
{
    public const int HeaderBytes = 5;

    private const string BrokenOff = "The stream ended within a message.";

    /// <summary>The next message, or null at the end of the stream.</summary>
    public async ValueTask<T?> ReadAsync<T>(MessageParser<T> parser, CancellationToken cancel)
        where T : class, IMessage<T>
    {
        while (true)
        {
            var result = await pipe.ReadAsync(cancel).ConfigureAwait(false);
            if (result.IsCanceled) throw new OperationCanceledException(cancel);
            var buffer = result.Buffer;
            var parsed = false;
            try
            {
                if (TryCut(ref buffer, out var body, out var compressed))
                {
                    var message = Parse(parser, body, compressed);
                    parsed = true;
                    return message;
                }

                if (!result.IsCompleted) continue;
                return buffer.IsEmpty ? null : throw new RpcException(RpcStatus.Internal, BrokenOff);
            }
            finally
            {
                // Without a whole message everything counts as looked at, so that the peer may send more.
                pipe.AdvanceTo(buffer.Start, parsed ? buffer.Start : buffer.End);
            }
        }
    }

    internal static RpcException TooLarge(long size, int limit) =>
        new(RpcStatus.ResourceExhausted, $"grpc: received message larger than max ({size} vs. {limit})");

    private bool TryCut(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> body, out bool compressed)
    {
        body = default;
        compressed = false;
        if (buffer.Length < HeaderBytes) return false;

        Span<byte> header = stackalloc byte[HeaderBytes];
        buffer.Slice(0, HeaderBytes).CopyTo(header);
        if (header[0] > 1) throw new RpcException(RpcStatus.Internal, $"A message begins with the unknown flag {header[0]}.");
        compressed = header[0] == 1;
        var length = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
        if (length > maxBytes) throw TooLarge(length, maxBytes);
        if (buffer.Length < HeaderBytes + length) return false;

        body = buffer.Slice(HeaderBytes, length);
        buffer = buffer.Slice(body.End);
        return true;
    }

    private T Parse<T>(MessageParser<T> parser, ReadOnlySequence<byte> body, bool compressed)
        where T : class, IMessage<T>
    {
        if (compressed)
        {
            if (!gzip) throw new RpcException(RpcStatus.Internal, "A message is compressed, and no encoding was announced.");
            body = Gzip.Expand(body, maxBytes);
        }

        try
        {
            return parser.ParseFrom(body);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new RpcException(RpcStatus.Internal, $"A message cannot be read: {error.Message}", error);
        }
    }
}
