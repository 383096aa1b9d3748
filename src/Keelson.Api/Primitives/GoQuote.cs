using System.Globalization;
using System.Text;

namespace Keelson.Api;

/// <summary>Quotes text in an error message the way Go's %q does, for the messages that tools match on.</summary>
internal static class GoQuote
{
    public static string Quote(ReadOnlySpan<char> text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var rune in text.EnumerateRunes()) Append(quoted, rune);
        return quoted.Append('"').ToString();
    }

    /// <summary>Quotes as Go's time package does, which writes every byte that is not printable ASCII in hexadecimal.</summary>
    public static string QuoteAscii(ReadOnlySpan<char> text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var unit in Encoding.UTF8.GetBytes(text.ToArray()))
        {
            if (unit is < 0x20 or >= 0x80) quoted.AppendFormat(CultureInfo.InvariantCulture, "\\x{0:x2}", unit);
            else if (unit is (byte)'"' or (byte)'\\') quoted.Append('\\').Append((char)unit);
            else quoted.Append((char)unit);
        }
        return quoted.Append('"').ToString();
    }

    private static void Append(StringBuilder quoted, Rune rune)
    {
        switch (rune.Value)
        {
            case '"': quoted.Append("\\\""); return;
            case '\\': quoted.Append("\\\\"); return;
            case '\a': quoted.Append("\\a"); return;
            case '\b': quoted.Append("\\b"); return;
            case '\f': quoted.Append("\\f"); return;
            case '\n': quoted.Append("\\n"); return;
            case '\r': quoted.Append("\\r"); return;
            case '\t': quoted.Append("\\t"); return;
            case '\v': quoted.Append("\\v"); return;
        }
        if (IsPrintable(rune))
        {
            quoted.Append(rune.ToString());
            return;
        }
        var format = rune.Value switch { < 0x80 => "\\x{0:x2}", <= 0xFFFF => "\\u{0:x4}", _ => "\\U{0:x8}" };
        quoted.AppendFormat(CultureInfo.InvariantCulture, format, rune.Value);
    }

    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.SpaceSeparator);
}
