using System.Globalization;
using System.Text;

namespace Keelson.Api.Cel.Syntax;

/// <summary>Reads the values of literals.</summary>
internal static class CelLiteral
{
    public static object Integer(CelToken token, bool negative)
    {
        var digits = token.Text.AsSpan();
        var hexadecimal = digits.StartsWith("0x");
        var style = hexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        if (ulong.TryParse(hexadecimal ? digits[2..] : digits, style, CultureInfo.InvariantCulture, out var magnitude))
        {
            if (magnitude <= long.MaxValue) return negative ? -(long)magnitude : (long)magnitude;
            if (negative && magnitude == 1UL << 63) return long.MinValue;
        }

        throw new CelSyntaxException(token.Position, "invalid int literal");
    }

    public static object Unsigned(CelToken token)
    {
        var digits = token.Text.AsSpan(0, token.Text.Length - 1);
        var hexadecimal = digits.StartsWith("0x");
        var style = hexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        return ulong.TryParse(hexadecimal ? digits[2..] : digits, style, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new CelSyntaxException(token.Position, "invalid uint literal");
    }

    public static object Double(CelToken token, bool negative)
    {
        var value = double.Parse(token.Text, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (double.IsInfinity(value)) throw new CelSyntaxException(token.Position, "invalid double literal");
        return negative ? -value : value;
    }

    public static string Text(CelToken token)
    {
        var body = Body(token, out var raw);
        if (raw || !body.Contains('\\', StringComparison.Ordinal)) return body;
        var text = new StringBuilder(body.Length);
        for (var i = 0; i < body.Length;)
        {
            if (body[i] != '\\') text.Append(body[i++]);
            else text.Append(new Rune(Escape(token, body, ref i, isBytes: false)).ToString());
        }

        return text.ToString();
    }

    public static byte[] Bytes(CelToken token)
    {
        var body = Body(token, out var raw);
        if (raw || !body.Contains('\\', StringComparison.Ordinal)) return Encoding.UTF8.GetBytes(body);
        var bytes = new List<byte>(body.Length);
        for (var i = 0; i < body.Length;)
        {
            if (body[i] == '\\')
            {
                bytes.Add((byte)Escape(token, body, ref i, isBytes: true));
                continue;
            }

            var end = body.IndexOf('\\', i);
            if (end < 0) end = body.Length;
            bytes.AddRange(Encoding.UTF8.GetBytes(body[i..end]));
            i = end;
        }

        return [.. bytes];
    }

    private static string Body(CelToken token, out bool raw)
    {
        var text = token.Text;
        var quote = text.IndexOfAny(['"', '\'']);
        raw = text.AsSpan(0, quote).ContainsAny('r', 'R');
        var triple = text.Length >= quote + 6 && text[quote + 1] == text[quote] && text[quote + 2] == text[quote];
        var width = triple ? 3 : 1;
        return text[(quote + width)..^width];
    }

    private static int Escape(CelToken token, string body, ref int at, bool isBytes)
    {
        if (at + 1 >= body.Length) throw Broken(token);
        var letter = body[at + 1];
        at += 2;
        switch (letter)
        {
            case 'a': return '\a';
            case 'b': return '\b';
            case 'f': return '\f';
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case 'v': return '\v';
            case '\\' or '\'' or '"' or '`' or '?': return letter;
            case 'x' or 'X': return Code(token, body, ref at, 2, 16, isBytes);
            case 'u' when !isBytes: return Code(token, body, ref at, 4, 16, isBytes);
            case 'U' when !isBytes: return Code(token, body, ref at, 8, 16, isBytes);
            case >= '0' and <= '3':
                at--;
                return Code(token, body, ref at, 3, 8, isBytes);
            default: throw Broken(token);
        }
    }

    private static int Code(CelToken token, string body, ref int at, int length, int radix, bool isBytes)
    {
        if (at + length > body.Length) throw Broken(token);
        long code = 0;
        foreach (var digit in body.AsSpan(at, length))
        {
            var value = char.IsAsciiHexDigit(digit) ? Convert.ToInt32(digit.ToString(), 16) : radix;
            if (value >= radix) throw Broken(token);
            code = (code * radix) + value;
        }

        at += length;
        if (isBytes ? code > 255 : !Rune.IsValid(unchecked((int)code)) || code > 0x10FFFF) throw Broken(token);
        return (int)code;
    }

    private static CelSyntaxException Broken(CelToken token) => new(token.Position, $"Syntax error: invalid escape sequence in {token.Text}");
}
