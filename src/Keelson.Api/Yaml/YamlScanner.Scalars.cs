using System.Globalization;
using System.Text;

namespace Keelson.Api.Yaml;

/// <content>Plain, quoted and block scalars.</content>
internal sealed partial class YamlScanner
{
    private readonly StringBuilder _scalar = new();
    private readonly StringBuilder _blanks = new();
    private readonly StringBuilder _firstBreak = new();
    private readonly StringBuilder _moreBreaks = new();

    private YamlToken ScanPlain()
    {
        BeginScalar();
        var line = _line;
        var indent = _indent + 1;
        var folding = false;
        while (!AtDocumentIndicator() && Current() != '#')
        {
            var start = _at;
            while (!IsBlankOrEnd(0) && !EndsPlain()) Skip(1);
            if (_at > start)
            {
                if (folding || _blanks.Length > 0) JoinLines(folding);
                folding = false;
                _scalar.Append(text, start, _at - start);
            }

            if (!IsBlank(0) && !IsBreak(Current())) break;
            ReadSpace(ref folding, indent);
            if (FlowLevel == 0 && _column < indent) break;
        }

        if (folding) _keyAllowed = true;
        return new YamlToken(YamlTokenKind.PlainScalar, line, _scalar.ToString());
    }

    private bool EndsPlain() => Current() switch
    {
        ':' => IsBlankOrEnd(1),
        ',' or '[' or ']' or '{' or '}' => FlowLevel > 0,
        '?' => FlowLevel > 0 && IsBlankOrEnd(1),
        _ => false,
    };

    private YamlToken ScanQuoted(char quote)
    {
        BeginScalar();
        var line = _line;
        Skip(1);
        while (true)
        {
            if (AtDocumentIndicator()) throw Error("found unexpected document indicator");
            if (_at >= text.Length) throw Error("found unexpected end of stream");
            var folding = ReadQuotedRun(quote);
            if (Current() == quote) break;
            ReadSpace(ref folding, indent: 0);
            JoinLines(folding);
        }

        Skip(1);
        return new YamlToken(YamlTokenKind.QuotedScalar, line, _scalar.ToString());
    }

    /// <summary>Reads up to the closing quote, a blank or a break; whether an escaped line break joins what follows.</summary>
    private bool ReadQuotedRun(char quote)
    {
        while (!IsBlankOrEnd(0))
        {
            var current = Current();
            if (current == quote)
            {
                if (quote != '\'' || Current(1) != '\'') return false;
                Skip(2);
                _scalar.Append('\'');
            }
            else if (current == '\\' && quote == '"')
            {
                if (IsBreak(Current(1)))
                {
                    Skip(1);
                    SkipBreak();
                    return true;
                }

                ReadEscape();
            }
            else
            {
                _scalar.Append(current);
                Skip(1);
            }
        }

        return false;
    }

    private void ReadEscape()
    {
        var digits = 0;
        _ = Current(1) switch
        {
            '0' => _scalar.Append('\0'),
            'a' => _scalar.Append('\a'),
            'b' => _scalar.Append('\b'),
            't' or '\t' => _scalar.Append('\t'),
            'n' => _scalar.Append('\n'),
            'v' => _scalar.Append('\v'),
            'f' => _scalar.Append('\f'),
            'r' => _scalar.Append('\r'),
            'e' => _scalar.Append('\u001b'),
            ' ' or '"' or '\'' or '/' or '\\' => _scalar.Append(Current(1)),
            'N' => _scalar.Append('\u0085'),
            '_' => _scalar.Append('\u00a0'),
            'L' => _scalar.Append('\u2028'),
            'P' => _scalar.Append('\u2029'),
            'x' => SetDigits(out digits, 2),
            'u' => SetDigits(out digits, 4),
            'U' => SetDigits(out digits, 8),
            _ => throw Error("found unknown escape character"),
        };
        Skip(2);
        if (digits > 0) ReadEscapedRune(digits);
    }

    private StringBuilder SetDigits(out int digits, int count)
    {
        digits = count;
        return _scalar;
    }

    private void ReadEscapedRune(int digits)
    {
        for (var i = 0; i < digits; i++)
        {
            // The misspelling is upstream's, and tools match on it.
            if (!char.IsAsciiHexDigit(Current(i))) throw Error("did not find expected hexdecimal number");
        }

        var number = uint.Parse(text.AsSpan(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        if (!Rune.TryCreate(number, out var rune)) throw Error("found invalid Unicode character escape code");
        _scalar.Append(rune.ToString());
        Skip(digits);
    }

    /// <summary>Collects the blanks, and when there are breaks these instead, between two parts of a scalar.</summary>
    private void ReadSpace(ref bool folding, int indent)
    {
        while (true)
        {
            if (IsBlank(0))
            {
                if (folding && _column < indent && Current() == '\t') throw Error("found a tab character that violates indentation");
                if (!folding) _blanks.Append(Current());
                Skip(1);
            }
            else if (IsBreak(Current()))
            {
                if (folding)
                {
                    ReadBreak(_moreBreaks);
                    continue;
                }

                _blanks.Clear();
                ReadBreak(_firstBreak);
                folding = true;
            }
            else
            {
                return;
            }
        }
    }

    /// <summary>Appends what stands between two parts: one break becomes a space, of several all but the first stay.</summary>
    private void JoinLines(bool folding)
    {
        if (!folding) _scalar.Append(_blanks);
        else if (_firstBreak.Length > 0 && _firstBreak[0] != '\n') _scalar.Append(_firstBreak).Append(_moreBreaks);
        else if (_moreBreaks.Length > 0) _scalar.Append(_moreBreaks);
        else if (_firstBreak.Length > 0) _scalar.Append(' ');
        _blanks.Clear();
        _firstBreak.Clear();
        _moreBreaks.Clear();
    }

    private YamlToken ScanBlockScalar(bool folded)
    {
        BeginScalar();
        var line = _line;
        Skip(1);
        var (chomping, increment) = ReadBlockHeader();
        var indent = increment == 0 ? 0 : Math.Max(_indent, 0) + increment;
        ReadBlockBreaks(ref indent);
        var afterBlank = false;
        while (_column == indent && _at < text.Length)
        {
            var startsBlank = IsBlank(0);
            if (folded && !afterBlank && !startsBlank && _firstBreak.Length > 0 && _firstBreak[0] == '\n')
            {
                if (_moreBreaks.Length == 0) _scalar.Append(' ');
            }
            else
            {
                _scalar.Append(_firstBreak);
            }

            _scalar.Append(_moreBreaks);
            _firstBreak.Clear();
            _moreBreaks.Clear();
            afterBlank = startsBlank;
            var start = _at;
            SkipToBreak();
            _scalar.Append(text, start, _at - start);
            ReadBreak(_firstBreak);
            ReadBlockBreaks(ref indent);
        }

        if (chomping != '-') _scalar.Append(_firstBreak);
        if (chomping == '+') _scalar.Append(_moreBreaks);
        return new YamlToken(YamlTokenKind.QuotedScalar, line, _scalar.ToString());
    }

    private (char Chomping, int Increment) ReadBlockHeader()
    {
        var chomping = ' ';
        var increment = 0;
        for (var i = 0; i < 2; i++)
        {
            if (chomping == ' ' && Current() is '+' or '-')
            {
                chomping = Current();
                Skip(1);
            }
            else if (increment == 0 && char.IsAsciiDigit(Current()))
            {
                increment = Current() - '0';
                if (increment == 0) throw Error("found an indentation indicator equal to 0");
                Skip(1);
            }
        }

        SkipBlanks();
        if (Current() == '#') SkipToBreak();
        if (_at < text.Length)
        {
            if (!IsBreak(Current())) throw Error("did not find expected comment or line break");
            SkipBreak();
        }

        return (chomping, increment);
    }

    /// <summary>Reads empty lines and the indentation of the next one; the first indentation is that of the whole scalar.</summary>
    private void ReadBlockBreaks(ref int indent)
    {
        var deepest = 0;
        while (true)
        {
            while ((indent == 0 || _column < indent) && Current() == ' ') Skip(1);
            deepest = Math.Max(deepest, _column);
            if ((indent == 0 || _column < indent) && Current() == '\t')
            {
                throw Error("found a tab character where an indentation space is expected");
            }

            if (!IsBreak(Current())) break;
            ReadBreak(_moreBreaks);
        }

        if (indent == 0) indent = Math.Max(Math.Max(deepest, _indent + 1), 1);
    }

    private void BeginScalar()
    {
        _scalar.Clear();
        _blanks.Clear();
        _firstBreak.Clear();
        _moreBreaks.Clear();
    }
}
