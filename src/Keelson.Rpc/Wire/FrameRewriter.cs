using System.Buffers;
using System.Buffers.Binary;

namespace Keelson.Rpc.Wire;

/// <summary>Passes an HTTP/2 client's bytes on, with the authority of its calls emptied.</summary>
internal sealed class FrameRewriter
{
    private const int FrameHeaderBytes = 9;
    private const int PrefaceBytes = 24;
    private const byte HeadersType = 1;
    private const byte EndHeaders = 0x4;
    private const byte Padded = 0x8;
    private const byte Priority = 0x20;

    // Headers larger than this pass unchanged; no client of the kind that needs the change sends such.
    private const int MaxHeadersBytes = 16 * 1024;

    private readonly ArrayBufferWriter<byte> _block = new();

    // Bytes that pass as they are: the greeting, then the rest of any frame that is no block of headers.
    private long _passing = PrefaceBytes;

    /// <summary>Passes on what can be; returns how far, so that the rest comes again with what follows it.</summary>
    public SequencePosition Rewrite(in ReadOnlySequence<byte> input, IBufferWriter<byte> output)
    {
        var rest = input;
        Span<byte> header = stackalloc byte[FrameHeaderBytes];
        while (!rest.IsEmpty)
        {
            if (_passing > 0)
            {
                var passed = rest.Slice(0, Math.Min(_passing, rest.Length));
                foreach (var segment in passed) output.Write(segment.Span);
                _passing -= passed.Length;
                rest = rest.Slice(passed.End);
                continue;
            }

            if (rest.Length < FrameHeaderBytes) break;
            rest.Slice(0, FrameHeaderBytes).CopyTo(header);
            var length = (header[0] << 16) | (header[1] << 8) | header[2];
            if (header[3] != HeadersType || (header[4] & EndHeaders) == 0 || length > MaxHeadersBytes)
            {
                _passing = FrameHeaderBytes + length;
                continue;
            }

            if (rest.Length < FrameHeaderBytes + length) break;
            RewriteHeaders(header, rest.Slice(FrameHeaderBytes, length).ToArray(), output);
            rest = rest.Slice(FrameHeaderBytes + length);
        }

        return rest.Start;
    }

    private void RewriteHeaders(Span<byte> header, ReadOnlySpan<byte> payload, IBufferWriter<byte> output)
    {
        var padding = 0;
        var before = 0;
        if ((header[4] & Padded) != 0 && payload.Length > 0) (padding, before) = (payload[0], 1);
        if ((header[4] & Priority) != 0) before += 5;
        _block.ResetWrittenCount();
        if (before + padding > payload.Length || !HeaderBlock.TryEmptyAuthority(payload[before..^padding], _block))
        {
            // Malformed: the server shall say so.
            output.Write(header);
            output.Write(payload);
            return;
        }

        var length = before + _block.WrittenCount + padding;
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, length);
        number[1..].CopyTo(header);
        output.Write(header);
        output.Write(payload[..before]);
        output.Write(_block.WrittenSpan);
        output.Write(payload[(payload.Length - padding)..]);
    }
}
