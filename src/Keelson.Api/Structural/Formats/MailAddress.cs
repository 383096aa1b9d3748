namespace Keelson.Api.Structural.Formats;

/// <summary>Checks mail addresses by RFC 5322, with or without the name of their owner before them; comments are not taken.</summary>
internal static class MailAddress
{
    private const string AtomSymbols = "!#$%&'*+-/=?^_`{|}~";

    public static bool IsValid(string text)
    {
        var rest = text.AsSpan().Trim(" \t");
        if (rest.IsEmpty) return false;
        if (!rest.EndsWith('>')) return IsAddress(rest);
        var open = rest.LastIndexOf('<');
        return open >= 0 && IsDisplayName(rest[..open]) && IsAddress(rest[(open + 1)..^1]);
    }

    private static bool IsDisplayName(ReadOnlySpan<char> name)
    {
        name = name.Trim(" \t");
        while (!name.IsEmpty)
        {
            var length = name[0] == '"' ? QuotedLength(name) : AtomLength(name);
            if (length == 0) return false;
            name = name[length..].TrimStart(" \t");
        }

        return true;
    }

    private static bool IsAddress(ReadOnlySpan<char> address)
    {
        var local = !address.IsEmpty && address[0] == '"' ? QuotedLength(address) : DottedLength(address);
        if (local == 0 || local >= address.Length || address[local] != '@') return false;
        var domain = address[(local + 1)..];
        if (domain.IsEmpty) return false;
        return domain[0] == '['
            ? domain[^1] == ']' && domain.Length > 2 && !domain[1..^1].ContainsAny('[', ']', '\\')
            : DottedLength(domain) == domain.Length;
    }

    /// <summary>How long a quoted text is with its quotes; 0 when it does not end.</summary>
    private static int QuotedLength(ReadOnlySpan<char> text)
    {
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == '"') return i + 1;
            if (text[i] == '\\') i++;
            else if (text[i] < ' ' && text[i] != '\t') return 0;
        }

        return 0;
    }

    private static int DottedLength(ReadOnlySpan<char> text)
    {
        var length = AtomLength(text);
        var atoms = text[..length];
        return length > 0 && atoms[0] != '.' && atoms[^1] != '.' && atoms.IndexOf("..") < 0 ? length : 0;
    }

    private static int AtomLength(ReadOnlySpan<char> text)
    {
        var length = 0;
        while (length < text.Length && IsAtom(text[length])) length++;
        return length;
    }

    private static bool IsAtom(char unit) =>
        char.IsAsciiLetterOrDigit(unit) || unit >= 0x80 || unit == '.' || AtomSymbols.Contains(unit, StringComparison.Ordinal);
}
