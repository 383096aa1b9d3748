using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Keelson.Client.Streaming.Spdy;

/// <summary>Makes header blocks; they share one compression for the whole life of a connection, so their order is the order of the frames.</summary>
internal sealed class SpdyHeaderEncoder : IDisposable
{
    private readonly MemoryStream _output = new();
    private readonly MemoryStream _plain = new();
    private DeflateStream? _deflate;

    public byte[] Encode(IReadOnlyCollection<KeyValuePair<string, string>> headers)
    {
        _output.SetLength(0);
        _deflate ??= Begin();
        _plain.SetLength(0);
        WriteLength(headers.Count);
        foreach (var (name, value) in headers)
        {
            WriteText(name.ToLowerInvariant());
            WriteText(value);
        }

        _deflate.Write(_plain.GetBuffer().AsSpan(0, (int)_plain.Length));
        _deflate.Flush();
        return _output.ToArray();
    }

    public void Dispose()
    {
        _deflate?.Dispose();
        _output.Dispose();
        _plain.Dispose();
    }

    /// <summary>
    /// The runtime's deflate takes no dictionary, but compressing the dictionary and throwing that away leaves it in the
    /// same state: its window holds the dictionary, and a flush ends on a whole byte.
    /// </summary>
    private DeflateStream Begin()
    {
        var deflate = new DeflateStream(_output, CompressionLevel.Optimal, leaveOpen: true);
        deflate.Write(SpdyDictionary.Bytes);
        deflate.Flush();
        _output.SetLength(0);
        Span<byte> head = [0x78, 0xBB, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(head[2..], SpdyDictionary.Id);
        _output.Write(head);
        return deflate;
    }

    private void WriteText(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        WriteLength(bytes.Length);
        _plain.Write(bytes);
    }

    private void WriteLength(int length)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, length);
        _plain.Write(bytes);
    }
}
