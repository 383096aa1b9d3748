using System.Buffers;
using System.IO.Compression;

namespace Keelson.Rpc.Wire;

/// <summary>The one message encoding beside identity.</summary>
internal static class Gzip
{
    public const string Name = "gzip";
    public const string Identity = "identity";
    public const string Accepted = "identity,gzip";

    private const int ChunkBytes = 16 * 1024;

    public static ReadOnlyMemory<byte> Compress(ReadOnlySpan<byte> message)
    {
        var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(message);
        return output.GetBuffer().AsMemory(0, (int)output.Length);
    }

    /// <summary>Expands a message, but never to more than <paramref name="limit"/> bytes.</summary>
    public static ReadOnlySequence<byte> Expand(ReadOnlySequence<byte> compressed, int limit)
    {
        var output = new ArrayBufferWriter<byte>();
        try
        {
            using var gzip = new GZipStream(new MemoryStream(compressed.ToArray()), CompressionMode.Decompress);
            while (gzip.Read(output.GetSpan(ChunkBytes)) is var count and > 0)
            {
                output.Advance(count);
                if (output.WrittenCount > limit) throw MessageReader.TooLarge(output.WrittenCount, limit);
            }
        }
        catch (InvalidDataException error)
        {
            throw new RpcException(RpcStatus.Internal, "The message is marked as gzip and is not.", error);
        }

        return new(output.WrittenMemory);
    }
}
