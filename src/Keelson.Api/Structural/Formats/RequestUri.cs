using System.Buffers;

namespace Keelson.Api.Structural.Formats;

/// <summary>Checks addresses as the first line of an HTTP request has them: absolute, or a path from the root.</summary>
internal static class RequestUri
{
    private static readonly SearchValues<char> HostCharacters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~!$&'()*+,;=:[]<>\"%");

    public static bool IsValid(string text)
    {
        if (text.Length == 0) return false;
        foreach (var unit in text)
        {
            if (unit < 0x20 || unit == 0x7F) return false;
        }

        if (text == "*") return true;
        if (!TrySkipScheme(text, out var rest, out var hasScheme)) return false;
        var path = rest.IndexOf('?') is var query and >= 0 ? rest[..query] : rest;
        if (!path.StartsWith('/')) return hasScheme;
        if (!path.StartsWith("//") || (!hasScheme && path.StartsWith("///"))) return HasValidEscapes(path);
        var authority = path[2..];
        var end = authority.IndexOf('/');
        var after = end < 0 ? [] : authority[end..];
        return IsAuthority(end < 0 ? authority : authority[..end]) && HasValidEscapes(after);
    }

    /// <summary>Passes over the scheme, if there is one; false when a colon stands where none may.</summary>
    private static bool TrySkipScheme(ReadOnlySpan<char> text, out ReadOnlySpan<char> rest, out bool hasScheme)
    {
        rest = text;
        hasScheme = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsAsciiLetter(text[i])) continue;
            if (i > 0 && (char.IsAsciiDigit(text[i]) || text[i] is '+' or '-' or '.')) continue;
            if (text[i] != ':') return true;
            if (i == 0) return false;
            rest = text[(i + 1)..];
            hasScheme = true;
            return true;
        }

        return true;
    }

    private static bool IsAuthority(ReadOnlySpan<char> authority)
    {
        var host = authority[(authority.LastIndexOf('@') + 1)..];
        if (host.StartsWith('['))
        {
            var close = host.LastIndexOf(']');
            return close > 0 && IsPort(host[(close + 1)..]);
        }

        var colon = host.LastIndexOf(':');
        if (colon >= 0 && (host[..colon].Contains(':') || !IsPort(host[colon..]))) return false;
        foreach (var unit in host)
        {
            if (unit < 0x80 && !HostCharacters.Contains(unit)) return false;
        }

        return HasValidEscapes(host);
    }

    private static bool IsPort(ReadOnlySpan<char> port) =>
        port.IsEmpty || (port[0] == ':' && !port[1..].ContainsAnyExceptInRange('0', '9'));

    private static bool HasValidEscapes(ReadOnlySpan<char> text)
    {
        for (var at = text.IndexOf('%'); at >= 0; at = text.IndexOf('%'))
        {
            if (at + 2 >= text.Length || !TextFormats.IsHexadecimal(text.Slice(at + 1, 2))) return false;
            text = text[(at + 3)..];
        }

        return true;
    }
}
