using System.Buffers;

namespace Keelson.Rpc.Wire;

/// <summary>Changes a compressed block of HTTP/2 headers just as much as it takes to empty the authority in it.</summary>
/// <remarks>
/// Clients written in Go send as authority whatever they were told to dial: "http://host:port", or the path of a
/// socket. HTTP servers refuse that, while for a call it means nothing. The change needs no decoding: a header
/// is one or two strings behind a number, and emptying a value keeps every later reference to it in place.
/// </remarks>
internal static class HeaderBlock
{
    private const int AuthorityIndex = 1;

    /// <summary>Writes the block with an empty authority; false, with nothing useful written, where it is malformed.</summary>
    public static bool TryEmptyAuthority(ReadOnlySpan<byte> block, IBufferWriter<byte> output)
    {
        var place = 0;
        while (place < block.Length)
        {
            var start = place;
            var first = block[place];
            if ((first & 0x80) != 0)
            {
                // A header that was sent before, by its number alone.
                if (!TryReadNumber(block, ref place, 7, out _)) return false;
                output.Write(block[start..place]);
                continue;
            }

            if ((first & 0xe0) == 0x20)
            {
                // A new size for the table of headers that were sent before.
                if (!TryReadNumber(block, ref place, 5, out _)) return false;
                output.Write(block[start..place]);
                continue;
            }

            if (!TryReadNumber(block, ref place, (first & 0xc0) == 0x40 ? 6 : 4, out var name)) return false;
            var isAuthority = name == AuthorityIndex;
            if (name == 0)
            {
                if (!TryReadText(block, ref place, out var text)) return false;
                isAuthority = text.SequenceEqual(":authority"u8);
            }

            var valueStart = place;
            if (!TryReadText(block, ref place, out _)) return false;
            if (isAuthority)
            {
                output.Write(block[start..valueStart]);
                output.Write([(byte)0]);
            }
            else
            {
                output.Write(block[start..place]);
            }
        }

        return true;
    }

    // The text may be compressed, which does not matter here.
    private static bool TryReadText(ReadOnlySpan<byte> block, ref int place, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (!TryReadNumber(block, ref place, 7, out var length) || length > block.Length - place) return false;
        text = block.Slice(place, length);
        place += length;
        return true;
    }

    // The low bits of the first byte, or when they are all set, seven bits of each following one.
    private static bool TryReadNumber(ReadOnlySpan<byte> block, ref int place, int bits, out int number)
    {
        number = 0;
        if (place >= block.Length) return false;
        var all = (1 << bits) - 1;
        number = block[place++] & all;
        if (number < all) return true;
        for (var shift = 0; shift <= 21 && place < block.Length; shift += 7)
        {
            var next = block[place++];
            number += (next & 0x7f) << shift;
            if ((next & 0x80) == 0) return true;
        }

        return false;
    }
}
