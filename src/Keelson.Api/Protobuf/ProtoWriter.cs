using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Keelson.Api.Protobuf;

/// <summary>Writes declared types as protobuf, byte for byte as upstream does; what the generated writers stand on.</summary>
/// <remarks>
/// It fills its buffer from the end, so that a message's length is known when its header is written.
/// Writers therefore give the fields in falling order of their numbers, and a list's elements last first.
/// </remarks>
public sealed class ProtoWriter : IDisposable
{
    private const int FirstSize = 1024;

    private byte[] _buffer;
    private int _start;

    public ProtoWriter()
    {
        _buffer = ArrayPool<byte>.Shared.Rent(FirstSize);
        _start = _buffer.Length;
    }

    /// <summary>How many bytes were written.</summary>
    public int Length => _buffer.Length - _start;

    /// <summary>What was written so far; valid until the next write.</summary>
    public ReadOnlySpan<byte> Written => _buffer.AsSpan(_start);

    public byte[] ToArray() => Written.ToArray();

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _start = 0;
    }

    internal void Varint(int number, ulong value)
    {
        RawVarint(value);
        Tag(number, WireType.Varint);
    }

    internal void Double(int number, double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(Reserve(8), value);
        Tag(number, WireType.Fixed64);
    }

    internal void Bytes(int number, ReadOnlySpan<byte> value)
    {
        value.CopyTo(Reserve(value.Length));
        Header(number, value.Length);
    }

    internal void String(int number, string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        Encoding.UTF8.GetBytes(value, Reserve(length));
        Header(number, length);
    }

    /// <summary>Closes a message whose fields were written since <see cref="Length"/> was <paramref name="lengthBefore"/>.</summary>
    internal void EndMessage(int number, int lengthBefore) => Header(number, Length - lengthBefore);

    internal void Raw(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Reserve(bytes.Length));

    private void Header(int number, int length)
    {
        RawVarint((ulong)length);
        Tag(number, WireType.Bytes);
    }

    private void Tag(int number, WireType wire) => RawVarint(((ulong)number << 3) | (uint)wire);

    private void RawVarint(ulong value)
    {
        var size = ((BitOperations.Log2(value | 1) * 9) + 73) / 64;
        var target = Reserve(size);
        for (var index = 0; index < size - 1; index++)
        {
            target[index] = (byte)(value | 0x80);
            value >>= 7;
        }

        target[size - 1] = (byte)value;
    }

    private Span<byte> Reserve(int size)
    {
        if (_start < size) Grow(size);
        _start -= size;
        return _buffer.AsSpan(_start, size);
    }

    private void Grow(int size)
    {
        var length = Length;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, checked(length + size)));
        Written.CopyTo(larger.AsSpan(larger.Length - length));
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
        _start = larger.Length - length;
    }
}
