using System.Globalization;

namespace Keelson.Api.Structural.Patterns;

/// <summary>The escapes and the classes in brackets.</summary>
internal sealed partial class PatternParser
{
    private const int LastRune = 0x10FFFF;

    private void Escape(List<PatternNode> parts)
    {
        if (_at + 1 >= expression.Length) throw Fault("trailing backslash at end of expression", "");
        var escape = expression[_at + 1];
        PatternPlace? place = escape switch
        {
            'A' => PatternPlace.TextStart,
            'z' => PatternPlace.TextEnd,
            'b' => PatternPlace.WordBoundary,
            'B' => PatternPlace.NoWordBoundary,
            _ => null,
        };
        if (place is { } known)
        {
            _at += 2;
            parts.Add(new PatternAssertion(known));
        }
        else if (escape == 'Q')
        {
            Quoted(parts);
        }
        else
        {
            var named = new CharacterClass { IgnoresCase = _ignoreCase };
            if (NamedClass(named)) parts.Add(new PatternClass(named.Freeze()));
            else parts.Add(Literal(EscapedRune()));
        }
    }

    private void Quoted(List<PatternNode> parts)
    {
        var end = expression.IndexOf("\\E", _at, StringComparison.Ordinal);
        var stop = end < 0 ? expression.Length : end;
        for (_at += 2; _at < stop;) parts.Add(Literal(NextRune()));
        _at = end < 0 ? stop : stop + 2;
    }

    /// <summary>Reads \d, \pL, \P{Greek} and the like; false when something else is here.</summary>
    private bool NamedClass(CharacterClass target)
    {
        if (_at + 1 >= expression.Length || Current != '\\') return false;
        var escape = expression[_at + 1];
        var known = char.ToLowerInvariant(escape) switch
        {
            'd' => CharacterClass.Digits,
            's' => CharacterClass.Spaces,
            'w' => CharacterClass.Words,
            _ => null,
        };
        if (known is not null)
        {
            target.Add(known, negated: char.IsAsciiLetterUpper(escape));
            _at += 2;
            return true;
        }

        if (escape is not ('p' or 'P')) return false;
        UnicodeClass(target, escape == 'P');
        return true;
    }

    private void UnicodeClass(CharacterClass target, bool negated)
    {
        var start = _at;
        _at += 2;
        if (AtEnd) throw Fault("invalid character class range", expression[start..]);
        string name;
        if (Current == '{')
        {
            var end = expression.IndexOf('}', _at);
            if (end < 0) throw Fault("invalid character class range", expression[start..]);
            name = expression[(_at + 1)..end];
            _at = end + 1;
        }
        else
        {
            name = expression[_at++].ToString();
        }

        if (name.StartsWith('^'))
        {
            negated = !negated;
            name = name[1..];
        }

        if (!ClassNames.TryAddUnicode(target, name, negated)) throw Fault("invalid character class range", expression[start.._at]);
    }

    /// <summary>Reads an escape that stands for one character.</summary>
    private int EscapedRune()
    {
        var start = _at++;
        if (AtEnd) throw Fault("trailing backslash at end of expression", "");
        var escape = NextRune();
        switch (escape)
        {
            case >= '1' and <= '7' when AtEnd || Current is < '0' or > '7':
                break;
            case >= '0' and <= '7':
                var octal = escape - '0';
                for (var digits = 1; digits < 3 && !AtEnd && Current is >= '0' and <= '7'; digits++) octal = (octal * 8) + expression[_at++] - '0';
                return octal;
            case 'x':
                return Hexadecimal(start);
            case 'a': return '\a';
            case 'f': return '\f';
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case 'v': return '\v';
            case < 0x80 when !char.IsAsciiLetterOrDigit((char)escape):
                return escape;
        }

        throw Fault("invalid escape sequence", expression[start.._at]);
    }

    private int Hexadecimal(int start)
    {
        var digits = "";
        if (!AtEnd && Current == '{')
        {
            var end = expression.IndexOf('}', _at);
            if (end > 0)
            {
                digits = expression[(_at + 1)..end];
                _at = end + 1;
            }
        }
        else if (_at + 2 <= expression.Length)
        {
            digits = expression.Substring(_at, 2);
            _at += 2;
        }

        return int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var rune) && rune is >= 0 and <= LastRune
            ? rune
            : throw Fault("invalid escape sequence", expression[start..Math.Min(_at, expression.Length)]);
    }

    private CharacterClass Class()
    {
        var start = _at++;
        var set = new CharacterClass { IgnoresCase = _ignoreCase };
        if (!AtEnd && Current == '^')
        {
            _at++;
            set.IsNegated = true;
        }

        // A closing bracket that comes first is one of the characters.
        for (var first = true; AtEnd || Current != ']' || first; first = false)
        {
            if (AtEnd) throw Fault("missing closing ]", expression[start..]);
            ClassItem(set, start);
        }

        _at++;
        return set.Freeze();
    }

    private void ClassItem(CharacterClass set, int start)
    {
        if (PosixClass(set) || NamedClass(set)) return;
        var from = _at;
        var low = ClassRune(start);
        var high = low;
        if (_at + 1 < expression.Length && Current == '-' && expression[_at + 1] != ']')
        {
            _at++;
            high = ClassRune(start);
            if (high < low) throw Fault("invalid character class range", expression[from.._at]);
        }

        set.Add(low, high);
    }

    private int ClassRune(int start)
    {
        if (AtEnd) throw Fault("missing closing ]", expression[start..]);
        return Current == '\\' ? EscapedRune() : NextRune();
    }

    private bool PosixClass(CharacterClass set)
    {
        if (!expression.AsSpan(_at).StartsWith("[:")) return false;
        var end = expression.IndexOf(":]", _at + 2, StringComparison.Ordinal);
        if (end < 0) return false;
        var name = expression[(_at + 2)..end];
        var negated = name.StartsWith('^');
        if (!ClassNames.TryAddPosix(set, negated ? name[1..] : name, negated)) throw Fault("invalid character class range", expression[_at..(end + 2)]);
        _at = end + 2;
        return true;
    }
}
