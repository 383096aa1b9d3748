using System.Text;

namespace Keelson.Node.Dns.Wire;

/// <summary>Names between text with dots and the form on the wire, in lower case.</summary>
internal static class NameText
{
    /// <summary>The name on the wire, or null where the text is none: an empty or long label, too many bytes, something else than ASCII.</summary>
    public static byte[]? ToWire(string text)
    {
        var trimmed = text.EndsWith('.') ? text[..^1] : text;
        if (trimmed.Length == 0) return text.Length == 0 ? null : [0];
        if (trimmed.Length + 2 > WireLimits.Name) return null;
        var wire = new byte[trimmed.Length + 2];
        var start = 0;
        foreach (var label in trimmed.Split('.'))
        {
            if (label.Length is 0 or > WireLimits.Label || !Ascii.IsValid(label)) return null;
            wire[start] = (byte)label.Length;
            Encoding.ASCII.GetBytes(label.ToLowerInvariant(), wire.AsSpan(start + 1));
            start += label.Length + 1;
        }

        return wire;
    }

    public static string ToText(ReadOnlySpan<byte> wire)
    {
        var text = new StringBuilder();
        for (var at = 0; at < wire.Length && wire[at] != 0; at += wire[at] + 1) text.Append(Encoding.Latin1.GetString(wire.Slice(at + 1, wire[at]))).Append('.');
        return text.Length == 0 ? "." : text.ToString();
    }
}
