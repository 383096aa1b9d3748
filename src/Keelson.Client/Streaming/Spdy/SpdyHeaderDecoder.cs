using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Keelson.Client.Streaming.Spdy;

/// <summary>Reads header blocks, never more of them than the limits allow, however small they were compressed.</summary>
internal sealed class SpdyHeaderDecoder(StreamLimits limits) : IDisposable
{
    private readonly Feed _feed = new();
    private DeflateStream? _inflate;
    private int _left;

    /// <summary>The headers by name in lower case; several values of one are separated by a zero character.</summary>
    public Dictionary<string, string> Decode(ReadOnlySpan<byte> block)
    {
        try
        {
            _left = limits.HeaderBytes;
            if (_inflate is null) block = block[Begin(block)..];
            _feed.Add(block);
            var count = ReadLength();
            if (count > limits.HeaderCount) throw new StreamingException($"SPDY: {count} headers are more than {limits.HeaderCount}");
            var headers = new Dictionary<string, string>(count, StringComparer.OrdinalIgnoreCase);
            for (var i = 0; i < count; i++)
            {
                var name = ReadText();
                if (!headers.TryAdd(name.ToLowerInvariant(), ReadText())) throw new StreamingException("SPDY: a header is there twice");
            }

            // What a peer puts behind the headers would be read as the next ones; it must not pile up.
            return _feed.Pending <= limits.HeaderBytes ? headers : throw new StreamingException("SPDY: a header block has more than its headers");
        }
        catch (InvalidDataException broken)
        {
            throw new StreamingException("SPDY: a header block cannot be decompressed", broken);
        }
    }

    public void Dispose()
    {
        _inflate?.Dispose();
        _feed.Dispose();
    }

    /// <summary>
    /// The runtime's inflate takes no dictionary, but a stored block with the dictionary, read and thrown away, leaves it
    /// in the same state.
    /// </summary>
    private int Begin(ReadOnlySpan<byte> block)
    {
        if (block.Length < 2 || (block[0] & 0x0F) != 8 || ((block[0] << 8) | block[1]) % 31 != 0) throw new StreamingException("SPDY: the headers are not compressed with zlib");
        _inflate = new DeflateStream(_feed, CompressionMode.Decompress, leaveOpen: true);
        if ((block[1] & 0x20) == 0) return 2;
        if (block.Length < 6 || BinaryPrimitives.ReadUInt32BigEndian(block[2..]) != SpdyDictionary.Id) throw new StreamingException("SPDY: the headers are compressed with another dictionary");
        var dictionary = SpdyDictionary.Bytes;
        Span<byte> head = stackalloc byte[5];
        head[0] = 0;
        BinaryPrimitives.WriteUInt16LittleEndian(head[1..], (ushort)dictionary.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(head[3..], (ushort)~dictionary.Length);
        _feed.Add(head);
        _feed.Add(dictionary);
        _inflate.ReadExactly(new byte[dictionary.Length]);
        return 6;
    }

    private int ReadLength()
    {
        Span<byte> bytes = stackalloc byte[4];
        Read(bytes);
        var length = BinaryPrimitives.ReadInt32BigEndian(bytes);
        return length >= 0 && length <= _left ? length : throw new StreamingException("SPDY: a header block is too large");
    }

    private string ReadText()
    {
        var bytes = new byte[ReadLength()];
        Read(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    private void Read(Span<byte> bytes)
    {
        _left -= bytes.Length;
        if (_left < 0) throw new StreamingException("SPDY: a header block is too large");
        while (bytes.Length > 0)
        {
            var count = _inflate!.Read(bytes);
            if (count == 0) throw new StreamingException("SPDY: a header block ends too early");
            bytes = bytes[count..];
        }
    }

    /// <summary>The compressed bytes that have come and were not taken yet.</summary>
    private sealed class Feed : MemoryStream
    {
        public long Pending => Length - Position;

        public void Add(ReadOnlySpan<byte> bytes)
        {
            var rest = GetBuffer().AsSpan((int)Position, (int)Pending).ToArray();
            SetLength(0);
            Write(rest);
            Write(bytes);
            Position = 0;
        }
    }
}
