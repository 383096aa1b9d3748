using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Http;

/// <summary>The warnings of an answer, each told once. When they get too long together, each is cut, so that the last are told as the first are.</summary>
internal sealed class WarningHeaders(IHeaderDictionary headers)
{
    /// <summary>How many characters all warnings may have before they are cut, and after that before no more are told; as upstream.</summary>
    private const int MaxTotal = 4 * 1024;

    /// <summary>How many characters of each are left when they are cut; as upstream.</summary>
    private const int MaxCut = 256;

    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly List<string> _ordered = [];
    private int _written;
    private bool _isCutting;

    public void Add(string text)
    {
        // One that is longer than all together may be is cut in any case, and need not be kept whole.
        var clean = Cut(string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter)), MaxTotal + 1, out var length);
        if (length == 0 || (_isCutting && _written >= MaxTotal) || !_known.Add(clean)) return;
        _ordered.Add(clean);
        if (_isCutting || _written + length <= MaxTotal)
        {
            Write(clean);
            return;
        }

        _isCutting = true;
        _written = 0;
        headers.Remove("Warning");
        foreach (var known in _ordered) Write(known);
    }

    private void Write(string text)
    {
        text = Cut(text, _isCutting ? MaxCut : MaxTotal, out var length);
        _written += length;
        headers.Append("Warning", $"299 - \"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"");
    }

    private static string Cut(string text, int most, out int length)
    {
        length = 0;
        var end = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (length == most) return text[..end];
            length++;
            end += rune.Utf16SequenceLength;
        }

        return text;
    }
}
