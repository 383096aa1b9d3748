using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace Keelson.Api.Values;

/// <summary>Writes JSON into the memory of a buffer writer, asking it for more only when that is full.</summary>
internal ref struct JsonOutput(IBufferWriter<byte> output, JsonFormat format)
{
    private const string Controls =
        "\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f\u0010\u0011\u0012\u0013\u0014" +
        "\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f";

    private static readonly SearchValues<char> EscapedAlways = SearchValues.Create(Controls + "\"\\");
    private static readonly SearchValues<char> EscapedForHtml = SearchValues.Create(Controls + "\"\\<>&");

    private readonly SearchValues<char> _escaped = format.EscapeHtml ? EscapedForHtml : EscapedAlways;
    private Span<byte> _buffer = [];
    private int _used;
    private int _level;

    internal void Write(Value value)
    {
        switch (value)
        {
            case TextValue text:
                WriteText(text.Text);
                break;
            case MapValue map:
                WriteMap(map);
                break;
            case ListValue list:
                WriteList(list);
                break;
            case IntegerValue integer:
                Utf8Formatter.TryFormat(integer.Integer, Reserve(20), out var length);
                _used += length;
                break;
            case NumberValue number:
                PutAscii(number.Source ?? GoNumber.FormatJson(number.Number));
                break;
            case BoolValue boolean:
                Put(boolean.Bool ? "true"u8 : "false"u8);
                break;
            default:
                Put("null"u8);
                break;
        }
    }

    internal void WriteText(ReadOnlySpan<char> text)
    {
        Put((byte)'"');
        while (true)
        {
            // Two searches, because one with characters beyond ASCII among what it looks for is far slower.
            var run = text.IndexOfAny(_escaped);
            var separator = (run < 0 ? text : text[..run]).IndexOfAny('\u2028', '\u2029');
            if (separator >= 0) run = separator;
            PutRun(run < 0 ? text : text[..run]);
            if (run < 0) break;
            Escape(text[run]);
            text = text[(run + 1)..];
        }

        Put((byte)'"');
    }

    internal void Flush()
    {
        if (_used > 0) output.Advance(_used);
        _used = 0;
        _buffer = [];
    }

    private void WriteMap(MapValue map)
    {
        Put((byte)'{');
        if (map.Count > 0)
        {
            _level++;
            var order = format.SortKeys ? SortedOrder(map) : null;
            for (var i = 0; i < map.Count; i++)
            {
                if (i > 0) Put((byte)',');
                NewLine();
                var entry = order is null ? i : order[i];
                WriteText(map.Keys[entry]);
                Put((byte)':');
                if (format.Indent > 0) Put((byte)' ');
                Write(map.Values[entry]);
            }

            _level--;
            NewLine();
        }

        Put((byte)'}');
    }

    private void WriteList(ListValue list)
    {
        Put((byte)'[');
        if (list.Count > 0)
        {
            _level++;
            for (var i = 0; i < list.Count; i++)
            {
                if (i > 0) Put((byte)',');
                NewLine();
                Write(list[i]);
            }

            _level--;
            NewLine();
        }

        Put((byte)']');
    }

    /// <summary>The positions of the entries in the order of their keys, or null when they are in order already.</summary>
    private static int[]? SortedOrder(MapValue map)
    {
        var sorted = true;
        for (var i = 1; i < map.Count && sorted; i++) sorted = Utf8Order.Instance.Compare(map.Keys[i - 1], map.Keys[i]) < 0;
        if (sorted) return null;
        var keys = map.Keys.ToArray();
        var order = new int[keys.Length];
        for (var i = 0; i < order.Length; i++) order[i] = i;
        Array.Sort(keys, order, Utf8Order.Instance);
        return order;
    }

    private void NewLine()
    {
        if (format.Indent == 0) return;
        var spaces = _level * format.Indent;
        var line = Reserve(spaces + 1);
        line[0] = (byte)'\n';
        line.Slice(1, spaces).Fill((byte)' ');
        _used += spaces + 1;
    }

    private void Escape(char unit)
    {
        switch (unit)
        {
            case '"':
                Put("\\\""u8);
                break;
            case '\\':
                Put("\\\\"u8);
                break;
            case '\b':
                Put("\\b"u8);
                break;
            case '\f':
                Put("\\f"u8);
                break;
            case '\n':
                Put("\\n"u8);
                break;
            case '\r':
                Put("\\r"u8);
                break;
            case '\t':
                Put("\\t"u8);
                break;
            default:
                PutAscii($"\\u{(int)unit:x4}");
                break;
        }
    }

    /// <summary>Half a surrogate pair, which only a program can have put there, becomes the replacement character.</summary>
    private void PutRun(ReadOnlySpan<char> run)
    {
        const int Chunk = 4096;
        while (!run.IsEmpty)
        {
            var taken = run.Length <= Chunk ? run.Length : Chunk;
            if (taken < run.Length && char.IsHighSurrogate(run[taken - 1])) taken--;
            Utf8.FromUtf16(run[..taken], Reserve(taken * 3), out _, out var written);
            _used += written;
            run = run[taken..];
        }
    }

    private void PutAscii(ReadOnlySpan<char> text)
    {
        System.Text.Ascii.FromUtf16(text, Reserve(text.Length), out var written);
        _used += written;
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        _used += bytes.Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Put(byte character)
    {
        if (_used == _buffer.Length) Reserve(1);
        _buffer[_used++] = character;
    }

    private Span<byte> Reserve(int size)
    {
        if (_buffer.Length - _used < size)
        {
            Flush();
            _buffer = output.GetSpan(Math.Max(size, 512));
        }

        return _buffer[_used..];
    }
}
