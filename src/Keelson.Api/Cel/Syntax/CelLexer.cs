namespace Keelson.Api.Cel.Syntax;

/// <summary>Cuts an expression into tokens.</summary>
internal sealed class CelLexer(string text, List<CelIssue> issues)
{
    private static readonly string[] Symbols =
    [
        "==", "!=", "<=", ">=", "&&", "||", "[", "]", "{", "}", "(", ")", ".", ",", "-", "!", "?", ":", "+", "*", "/", "%", "<", ">",
    ];

    private int _at;

    public List<CelToken> Read()
    {
        var tokens = new List<CelToken>();
        while (true)
        {
            Skip();
            if (_at >= text.Length) break;
            var start = _at;
            if (Next() is { } kind) tokens.Add(new CelToken(kind, start, text[start.._at]));
            else Unknown(start);
            if (issues.Count > CelSource.MaximumIssues) break;
        }

        tokens.Add(new CelToken(CelTokenKind.End, text.Length, ""));
        return tokens;
    }

    private void Skip()
    {
        while (_at < text.Length)
        {
            if (text[_at] is ' ' or '\t' or '\r' or '\n' or '\f') _at++;
            else if (text[_at] == '/' && _at + 1 < text.Length && text[_at + 1] == '/')
            {
                var end = text.IndexOf('\n', _at);
                _at = end < 0 ? text.Length : end;
            }
            else return;
        }
    }

    private void Unknown(int start)
    {
        var length = char.IsHighSurrogate(text[start]) && start + 1 < text.Length ? 2 : 1;
        _at = text[start] is '\'' or '"' or '`' ? text.Length : start + length;
        issues.Add(new CelIssue(start, $"Syntax error: token recognition error at: '{Escaped(text[start.._at])}'"));
    }

    private static string Escaped(string shown) =>
        shown.Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal);

    private CelTokenKind? Next()
    {
        var first = text[_at];
        if (char.IsAsciiLetter(first) || first == '_')
        {
            if (TryText(out var kind)) return kind;
            while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] == '_')) _at++;
            return CelTokenKind.Identifier;
        }

        if (char.IsAsciiDigit(first) || (first == '.' && _at + 1 < text.Length && char.IsAsciiDigit(text[_at + 1]))) return Number();
        if (first is '"' or '\'') return TryText(out var quoted) ? quoted : null;
        if (first == '`') return Quoted();
        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(text, _at, symbol, 0, symbol.Length) != 0) continue;
            _at += symbol.Length;
            return CelTokenKind.Symbol;
        }

        return null;
    }

    private CelTokenKind? Quoted()
    {
        var end = text.IndexOf('`', _at + 1);
        if (end <= _at + 1) return null;
        foreach (var letter in text.AsSpan(_at + 1, end - _at - 1))
        {
            if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('_' or '.' or '-' or '/' or ' ')) return null;
        }

        _at = end + 1;
        return CelTokenKind.QuotedIdentifier;
    }

    private CelTokenKind Number()
    {
        if (text[_at] == '0' && _at + 2 < text.Length && text[_at + 1] is 'x' && char.IsAsciiHexDigit(text[_at + 2]))
        {
            _at += 2;
            while (_at < text.Length && char.IsAsciiHexDigit(text[_at])) _at++;
            return Suffixed();
        }

        Digits();
        var isDouble = false;
        if (_at + 1 < text.Length && text[_at] == '.' && char.IsAsciiDigit(text[_at + 1]))
        {
            isDouble = true;
            _at++;
            Digits();
        }

        if (_at < text.Length && text[_at] is 'e' or 'E')
        {
            var exponent = _at + 1;
            if (exponent < text.Length && text[exponent] is '+' or '-') exponent++;
            if (exponent < text.Length && char.IsAsciiDigit(text[exponent]))
            {
                isDouble = true;
                _at = exponent;
                Digits();
            }
        }

        return isDouble ? CelTokenKind.Double : Suffixed();
    }

    private CelTokenKind Suffixed()
    {
        if (_at >= text.Length || text[_at] is not ('u' or 'U')) return CelTokenKind.Integer;
        _at++;
        return CelTokenKind.Unsigned;
    }

    private void Digits()
    {
        while (_at < text.Length && char.IsAsciiDigit(text[_at])) _at++;
    }

    /// <summary>A string or bytes with its prefixes, such as r"..." or b'''...'''; nothing is read when there is none.</summary>
    private bool TryText(out CelTokenKind kind)
    {
        var (at, raw, bytes) = (_at, false, false);
        for (var i = 0; i < 2 && at < text.Length; i++)
        {
            if (!raw && text[at] is 'r' or 'R') raw = true;
            else if (!bytes && text[at] is 'b' or 'B') bytes = true;
            else break;
            at++;
        }

        kind = bytes ? CelTokenKind.Bytes : CelTokenKind.Text;
        if (at >= text.Length || text[at] is not ('"' or '\'')) return false;
        var quote = text[at];
        var triple = at + 2 < text.Length && text[at + 1] == quote && text[at + 2] == quote;
        at += triple ? 3 : 1;
        for (; at < text.Length; at++)
        {
            if (!raw && text[at] == '\\') at++;
            else if (!triple && text[at] is '\n' or '\r') return false;
            else if (text[at] == quote && (!triple || (at + 2 < text.Length && text[at + 1] == quote && text[at + 2] == quote)))
            {
                _at = at + (triple ? 3 : 1);
                return true;
            }
        }

        return false;
    }
}
