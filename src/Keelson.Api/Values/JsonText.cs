using System.Buffers;
using System.Globalization;
using System.Text;

namespace Keelson.Api.Values;

/// <summary>Reads the string literals of a JSON document.</summary>
internal ref struct JsonText(ReadOnlySpan<byte> json)
{
    /// <summary>Longer keys are not shared: they are rare, and the cache must not hold much.</summary>
    private const int LongestSharedKey = 40;

    /// <summary>
    /// Field names that were read before, by hash. Threads overwrite each other's entries, which costs an allocation and
    /// nothing else. The bound is the array's length, 1,024 names.
    /// </summary>
    private static readonly string?[] SharedKeys = new string?[1024];

    private static readonly SearchValues<byte> EndsRun = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(i => (byte)i), (byte)'"', (byte)'\\']);

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _json = json;
    private StringBuilder? _unescaped;

    internal static JsonFormatException UnexpectedEnd(int offset) => new("unexpected end of JSON input", offset);

    internal static JsonFormatException InvalidCharacter(byte character, string where, int offset)
    {
        var quoted = character switch
        {
            (byte)'\'' => "\\'",
            (byte)'\\' => "\\\\",
            (byte)'\a' => "\\a",
            (byte)'\b' => "\\b",
            (byte)'\f' => "\\f",
            (byte)'\n' => "\\n",
            (byte)'\r' => "\\r",
            (byte)'\t' => "\\t",
            (byte)'\v' => "\\v",
            < 0x20 or 0x7f => $"\\x{character:x2}",
            // Go prints a byte beyond ASCII as the character of that number, where that character can be seen.
            (>= 0x80 and <= 0xa0) or 0xad => $"\\u{(int)character:x4}",
            _ => ((char)character).ToString(),
        };
        return new JsonFormatException($"invalid character '{quoted}' {where}", offset);
    }

    /// <summary>Reads a key; <paramref name="at"/> is after the opening quote, and afterwards after the closing one.</summary>
    internal string ReadKey(ref int at)
    {
        var rest = _json[at..];
        var length = rest.IndexOfAny(EndsRun);
        if (length is < 1 or > LongestSharedKey || rest[length] != '"') return ReadText(ref at);
        var name = rest[..length];
        ref var slot = ref SharedKeys[SlotOf(name)];
        var known = slot;
        if (known is not null && known.Length == length && Ascii.Equals(name, known))
        {
            at += length + 1;
            return known;
        }

        var key = ReadText(ref at);
        if (key.Length == length) slot = key;
        return key;
    }

    internal string ReadText(ref int at)
    {
        var start = at;
        var length = RunLength(start);
        at = start + length;
        if (_json[at] == '"')
        {
            at++;
            return Decode(_json.Slice(start, length), start);
        }

        var text = (_unescaped ??= new StringBuilder()).Clear();
        while (true)
        {
            text.Append(Decode(_json.Slice(start, length), start));
            if (_json[at] == '"') break;
            at++;
            ReadEscape(ref at, text);
            start = at;
            length = RunLength(start);
            at = start + length;
        }

        at++;
        return text.ToString();
    }

    private static int SlotOf(ReadOnlySpan<byte> name)
    {
        var hash = (uint)name.Length;
        foreach (var b in name) hash = (hash * 31) + b;
        return (int)((hash ^ (hash >> 10)) & 1023);
    }

    /// <summary>How far it is to the next quote or backslash; nothing else may end a run.</summary>
    private readonly int RunLength(int start)
    {
        var length = _json[start..].IndexOfAny(EndsRun);
        if (length < 0) throw UnexpectedEnd(_json.Length);
        var ended = _json[start + length];
        return ended >= 0x20 ? length : throw InvalidCharacter(ended, "in string literal", start + length);
    }

    private static string Decode(ReadOnlySpan<byte> run, int offset)
    {
        try
        {
            return run.IsEmpty ? "" : StrictUtf8.GetString(run);
        }
        catch (DecoderFallbackException broken)
        {
            throw new JsonFormatException("invalid UTF-8 in string literal", offset + Math.Max(0, broken.Index));
        }
    }

    private readonly void ReadEscape(ref int at, StringBuilder text)
    {
        if (at >= _json.Length) throw UnexpectedEnd(at);
        var escape = _json[at++];
        switch (escape)
        {
            case (byte)'"' or (byte)'\\' or (byte)'/':
                text.Append((char)escape);
                break;
            case (byte)'b':
                text.Append('\b');
                break;
            case (byte)'f':
                text.Append('\f');
                break;
            case (byte)'n':
                text.Append('\n');
                break;
            case (byte)'r':
                text.Append('\r');
                break;
            case (byte)'t':
                text.Append('\t');
                break;
            case (byte)'u':
                ReadUnicodeEscape(ref at, text);
                break;
            default:
                throw InvalidCharacter(escape, "in string escape code", at - 1);
        }
    }

    private readonly void ReadUnicodeEscape(ref int at, StringBuilder text)
    {
        var start = at - 2;
        var unit = ReadHex(ref at);
        text.Append(unit);
        if (!char.IsSurrogate(unit)) return;
        if (char.IsHighSurrogate(unit) && _json[at..].StartsWith("\\u"u8))
        {
            at += 2;
            var low = ReadHex(ref at);
            text.Append(low);
            if (char.IsLowSurrogate(low)) return;
        }

        throw new JsonFormatException($"invalid surrogate pair in string literal: \\u{(int)unit:x4} stands alone", start);
    }

    private readonly char ReadHex(ref int at)
    {
        for (var end = at + 4; at < end; at++)
        {
            if (at >= _json.Length) throw UnexpectedEnd(at);
            if (!char.IsAsciiHexDigit((char)_json[at])) throw InvalidCharacter(_json[at], "in \\u hexadecimal character escape", at);
        }

        return (char)ushort.Parse(_json.Slice(at - 4, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }
}
