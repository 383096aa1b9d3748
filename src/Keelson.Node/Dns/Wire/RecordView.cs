using System.Buffers.Binary;

namespace Keelson.Node.Dns.Wire;

/// <summary>Where the parts of a record stand in a message.</summary>
internal readonly record struct RecordView(int NameStart, int NameLength, ushort Type, ushort Class, uint TimeToLive, int TimeToLiveAt, int DataAt, int DataLength)
{
    private const int Fixed = 10;

    /// <summary>Reads the record at an offset and moves behind it.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, ref int at, out RecordView record)
    {
        record = default;
        var start = at;
        if (!TrySkipName(message, ref at) || message.Length - at < Fixed) return false;
        var rest = message[at..];
        var length = BinaryPrimitives.ReadUInt16BigEndian(rest[8..]);
        if (rest.Length - Fixed < length) return false;
        record = new RecordView(
            start, at - start, BinaryPrimitives.ReadUInt16BigEndian(rest), BinaryPrimitives.ReadUInt16BigEndian(rest[2..]),
            BinaryPrimitives.ReadUInt32BigEndian(rest[4..]), at + 4, at + Fixed, length);
        at += Fixed + length;
        return true;
    }

    /// <summary>Moves behind a name. A pointer ends it, and must lead backwards.</summary>
    public static bool TrySkipName(ReadOnlySpan<byte> message, ref int at)
    {
        var start = at;
        while (at < message.Length && at - start < WireLimits.Name)
        {
            int length = message[at];
            if (length == 0)
            {
                at++;
                return true;
            }

            if (length >= 0xc0)
            {
                if (at + 1 >= message.Length) return false;
                var target = (length & 0x3f) << 8 | message[at + 1];
                at += 2;
                return target >= WireLimits.Header && target < start;
            }

            if (length > WireLimits.Label) return false;
            at += 1 + length;
        }

        return false;
    }

    /// <summary>Copies a name with all that its pointers lead to; zero where it is none.</summary>
    public static int CopyName(ReadOnlySpan<byte> message, int at, Span<byte> target)
    {
        var written = 0;
        var before = at;
        for (var jumps = 0; at < message.Length;)
        {
            int length = message[at];
            if (length >= 0xc0)
            {
                if (at + 1 >= message.Length || ++jumps > WireLimits.Jumps) return 0;
                at = (length & 0x3f) << 8 | message[at + 1];
                if (at >= before) return 0;
                before = at;
                continue;
            }

            if (length > WireLimits.Label || at + 1 + length > message.Length || written + 1 + length > Math.Min(target.Length, WireLimits.Name)) return 0;
            message.Slice(at, 1 + length).CopyTo(target[written..]);
            written += 1 + length;
            if (length == 0) return written;
            at += 1 + length;
        }

        return 0;
    }
}
