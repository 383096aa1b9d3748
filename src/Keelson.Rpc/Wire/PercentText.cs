using System.Text;

namespace Keelson.Rpc.Wire;

/// <summary>The form of a status message in a header: UTF-8 with everything but plain ASCII percent-encoded.</summary>
internal static class PercentText
{
    public static string Encode(string text)
    {
        if (text.All(IsPlain)) return text;
        var encoded = new StringBuilder(text.Length * 2);
        foreach (var octet in Encoding.UTF8.GetBytes(text))
        {
            if (IsPlain((char)octet)) encoded.Append((char)octet);
            else encoded.Append('%').Append(Convert.ToHexString([octet]));
        }

        return encoded.ToString();
    }

    /// <summary>Reads it back; what is not well encoded stays as it is, since a status must never be lost to its text.</summary>
    public static string Decode(string text)
    {
        if (!text.Contains('%')) return text;
        var octets = new List<byte>(text.Length);
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] == '%' && index + 2 < text.Length && char.IsAsciiHexDigit(text[index + 1]) && char.IsAsciiHexDigit(text[index + 2]))
            {
                octets.Add(Convert.FromHexString(text.AsSpan(index + 1, 2))[0]);
                index += 2;
            }
            else
            {
                octets.AddRange(Encoding.UTF8.GetBytes(text, index, 1));
            }
        }

        return Encoding.UTF8.GetString([.. octets]);
    }

    private static bool IsPlain(char character) => character is >= ' ' and <= '~' and not '%';
}
