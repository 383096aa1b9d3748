using System.Buffers.Binary;
using System.Text;

namespace Keelson.Api.Protobuf;

/// <summary>How a protobuf value is laid out.</summary>
public enum WireType { Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5 }

/// <summary>Reads declared types from protobuf; what the generated readers stand on.</summary>
public ref struct ProtoReader(ReadOnlySpan<byte> data, int depth = 0)
{
    /// <summary>How deep messages may nest.</summary>
    public const int MaxDepth = 512;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _data = data;
    private int _position;
    private int _end = data.Length;
    private int _depth = depth;
    private WireType _wire;

    /// <summary>How many messages are open around the reader.</summary>
    internal readonly int Depth => _depth;

    /// <summary>Goes to the next field; false at the message's end.</summary>
    public bool NextField(out int number)
    {
        if (_position >= _end)
        {
            number = 0;
            return false;
        }

        var tag = Varint();
        number = (int)(tag >> 3);
        _wire = (WireType)(tag & 7);
        if (number <= 0 || tag > uint.MaxValue) throw Broken("illegal field number");
        return true;
    }

    /// <summary>Passes over a field that nobody knows.</summary>
    public void Skip()
    {
        switch (_wire)
        {
            case WireType.Varint: Varint(); break;
            case WireType.Fixed64: Take(8); break;
            case WireType.Bytes: Take(Length()); break;
            case WireType.Fixed32: Take(4); break;
            default: throw Broken("unknown wire type");
        }
    }

    internal ulong UInt64()
    {
        Expect(WireType.Varint);
        return Varint();
    }

    internal double Double()
    {
        Expect(WireType.Fixed64);
        return BinaryPrimitives.ReadDoubleLittleEndian(Take(8));
    }

    internal ReadOnlySpan<byte> Bytes()
    {
        Expect(WireType.Bytes);
        return Take(Length());
    }

    internal string String()
    {
        var bytes = Bytes();
        try
        {
            return bytes.IsEmpty ? "" : Strict.GetString(bytes);
        }
        catch (DecoderFallbackException invalid)
        {
            throw new ApiFormatException("proto: a string is not valid UTF-8", invalid);
        }
    }

    /// <summary>Enters the message that stands here; what it returns goes to <see cref="EndMessage"/>.</summary>
    internal int BeginMessage()
    {
        Expect(WireType.Bytes);
        if (++_depth > MaxDepth) throw Broken("nested too deeply");
        var length = Length();
        if (length > _end - _position) throw Broken("unexpected EOF");
        var outer = _end;
        _end = _position + length;
        return outer;
    }

    internal void EndMessage(int outer)
    {
        _depth--;
        _position = _end;
        _end = outer;
    }

    internal static ApiFormatException Broken(string what) => new("proto: " + what);

    private readonly void Expect(WireType wire)
    {
        if (_wire != wire) throw Broken($"wrong wireType = {(int)_wire}");
    }

    private int Length()
    {
        var length = Varint();
        return length <= int.MaxValue ? (int)length : throw Broken("negative length found during unmarshaling");
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _end - _position) throw Broken("unexpected EOF");
        var taken = _data.Slice(_position, length);
        _position += length;
        return taken;
    }

    private ulong Varint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (_position >= _end) throw Broken("unexpected EOF");
            var part = _data[_position++];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80) return value;
        }

        throw Broken("integer overflow");
    }
}
