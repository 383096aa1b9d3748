using System.Buffers;
using System.Buffers.Binary;
using Google.Protobuf;

namespace Keelson.Rpc.Wire;

/// <summary>Writes a message with the five bytes that go before it.</summary>
internal static class MessageWriter
{
    public static void Write(IBufferWriter<byte> output, IMessage message, int maxBytes, bool gzip)
    {
        var size = message.CalculateSize();
        if (size > maxBytes) throw new RpcException(RpcStatus.ResourceExhausted, $"trying to send message larger than max ({size} vs. {maxBytes})");

        if (gzip && size > 0)
        {
            var compressed = Gzip.Compress(message.ToByteArray());
            WriteHeader(output, 1, compressed.Length);
            output.Write(compressed.Span);
            return;
        }

        WriteHeader(output, 0, size);
        message.WriteTo(output);
    }

    private static void WriteHeader(IBufferWriter<byte> output, byte flag, int length)
    {
        var header = output.GetSpan(MessageReader.HeaderBytes);
        header[0] = flag;
        BinaryPrimitives.WriteUInt32BigEndian(header[1..], (uint)length);
        output.Advance(MessageReader.HeaderBytes);
    }
}
