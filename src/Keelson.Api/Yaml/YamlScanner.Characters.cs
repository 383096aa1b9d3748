using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;

namespace Keelson.Api.Yaml;

/// <content>Looking at characters and moving over them.</content>
internal sealed partial class YamlScanner
{
    private static readonly SearchValues<char> Breaks = SearchValues.Create("\r\n\u0085\u2028\u2029");

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsBreak(char character) => character is '\r' or '\n' or '\u0085' or '\u2028' or '\u2029';

    private static bool IsWordCharacter(char character) => char.IsAsciiLetterOrDigit(character) || character is '_' or '-';

    /// <summary>The current character; NUL, which no text here contains, stands for the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private char Current(int offset = 0) => _at + offset < text.Length ? text[_at + offset] : '\0';

    private bool IsBlank(int offset) => Current(offset) is ' ' or '\t';

    private bool IsBlankOrEnd(int offset) => Current(offset) is ' ' or '\t' or '\0' || IsBreak(Current(offset));

    /// <summary>Three dashes or dots that stand alone at the start of a line.</summary>
    private bool AtDocumentIndicator() =>
        _column == 0
        && Current() is '-' or '.'
        && Current(1) == Current()
        && Current(2) == Current()
        && IsBlankOrEnd(3);

    private void Skip(int count)
    {
        _at += count;
        _column += count;
    }

    private void SkipBlanks()
    {
        while (IsBlank(0)) Skip(1);
    }

    private void SkipToBreak()
    {
        var length = text.AsSpan(_at).IndexOfAny(Breaks);
        Skip(length < 0 ? text.Length - _at : length);
    }

    private void SkipBreak()
    {
        _at += Current() == '\r' && Current(1) == '\n' ? 2 : 1;
        _line++;
        _column = 0;
    }

    /// <summary>Moves over a line break and appends it: as a line feed, except for Unicode's own separators.</summary>
    private void ReadBreak(StringBuilder into)
    {
        if (!IsBreak(Current())) return;
        into.Append(Current() is '\u2028' or '\u2029' ? Current() : '\n');
        SkipBreak();
    }
}
