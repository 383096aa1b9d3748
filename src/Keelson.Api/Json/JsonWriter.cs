using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Keelson.Api.Json;

/// <summary>Writes compact JSON as Go's encoder does; what the generated writers stand on.</summary>
/// <remarks>Like Go's, it writes the signs that HTML gives a meaning as escapes.</remarks>
public sealed class JsonWriter : IDisposable
{
    private const int FirstSize = 1024;

    private static readonly SearchValues<char> NeedEscape = SearchValues.Create(
        string.Concat(Enumerable.Range(0, 0x20).Select(code => (char)code)) + "\"\\<>&\u2028\u2029"
        + string.Concat(Enumerable.Range(0xd800, 0x800).Select(code => (char)code)));

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstSize);
    private int _length;
    private bool _comma;

    /// <summary>What was written so far; valid until the next write.</summary>
    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    public byte[] ToArray() => Written.ToArray();

    /// <summary>Forgets what was written and keeps the memory.</summary>
    public void Reset()
    {
        _length = 0;
        _comma = false;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    public void BeginObject() => Open((byte)'{');

    public void EndObject() => Close((byte)'}');

    public void BeginList() => Open((byte)'[');

    public void EndList() => Close((byte)']');

    /// <summary>The name of a declared field; its value comes next.</summary>
    public void Name(FieldNames type, int field)
    {
        var name = type.Encoded(field);
        var target = Reserve(name.Length + 1);
        if (_comma) target[_length++] = (byte)',';
        name.CopyTo(_buffer.AsSpan(_length));
        _length += name.Length;
        _comma = false;
    }

    /// <summary>The name of a map's entry; its value comes next.</summary>
    public void Name(string name)
    {
        String(name);
        Reserve(1)[_length++] = (byte)':';
        _comma = false;
    }

    public void Null() => Literal("null"u8);

    public void Boolean(bool value) => Literal(value ? "true"u8 : "false"u8);

    public void Integer(long value)
    {
        BeginValue(20);
        Utf8Formatter.TryFormat(value, _buffer.AsSpan(_length), out var written);
        _length += written;
    }

    public void String(string value)
    {
        if (value.AsSpan().ContainsAny(NeedEscape))
        {
            Escaped(value);
            return;
        }

        BeginValue((value.Length * 3) + 2);
        _buffer[_length++] = (byte)'"';
        _length += Encoding.UTF8.GetBytes(value, _buffer.AsSpan(_length));
        _buffer[_length++] = (byte)'"';
    }

    /// <summary>Bytes as base64 in quotes.</summary>
    public void Base64(ReadOnlySpan<byte> value)
    {
        BeginValue(System.Buffers.Text.Base64.GetMaxEncodedToUtf8Length(value.Length) + 2);
        _buffer[_length++] = (byte)'"';
        System.Buffers.Text.Base64.EncodeToUtf8(value, _buffer.AsSpan(_length), out _, out var written);
        _length += written;
        _buffer[_length++] = (byte)'"';
    }

    /// <summary>A value that is JSON already, or text that needs no escape, as it is.</summary>
    public void Literal(ReadOnlySpan<byte> json)
    {
        BeginValue(json.Length);
        json.CopyTo(_buffer.AsSpan(_length));
        _length += json.Length;
    }

    private void Open(byte bracket)
    {
        BeginValue(1);
        _buffer[_length++] = bracket;
        _comma = false;
    }

    private void Close(byte bracket)
    {
        Reserve(1)[_length++] = bracket;
        _comma = true;
    }

    private void BeginValue(int size)
    {
        Reserve(size + 1);
        if (_comma) _buffer[_length++] = (byte)',';
        _comma = true;
    }

    private byte[] Reserve(int size)
    {
        if (_buffer.Length - _length >= size) return _buffer;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, checked(_length + size)));
        Written.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        return _buffer = larger;
    }

    private void Escaped(string value)
    {
        BeginValue((value.Length * 6) + 2);
        _buffer[_length++] = (byte)'"';
        foreach (var rune in value.EnumerateRunes())
        {
            // A lone surrogate comes out of the enumeration as the replacement character, as in Go.
            switch (rune.Value)
            {
                case '"' or '\\':
                    _buffer[_length++] = (byte)'\\';
                    _buffer[_length++] = (byte)rune.Value;
                    break;
                case '\b': Short('b'); break;
                case '\f': Short('f'); break;
                case '\n': Short('n'); break;
                case '\r': Short('r'); break;
                case '\t': Short('t'); break;
                case < 0x20 or '<' or '>' or '&' or 0x2028 or 0x2029: Hexadecimal(rune.Value); break;
                default: _length += rune.EncodeToUtf8(_buffer.AsSpan(_length)); break;
            }
        }

        _buffer[_length++] = (byte)'"';
    }

    private void Short(char letter)
    {
        _buffer[_length++] = (byte)'\\';
        _buffer[_length++] = (byte)letter;
    }

    private void Hexadecimal(int code)
    {
        Short('u');
        Utf8Formatter.TryFormat(code, _buffer.AsSpan(_length), out var written, new StandardFormat('x', 4));
        _length += written;
    }
}
