using System.Globalization;
using System.Text;

namespace Keelson.Api.Structural.Patterns;

/// <summary>Reads Go's syntax of regular expressions.</summary>
internal sealed partial class PatternParser(string expression)
{
    /// <summary>How deep groups may nest; Go allows 1,000, which nobody writes.</summary>
    private const int MaximumDepth = 250;

    /// <summary>How often a counted repetition may repeat, nested ones multiplied, as in Go.</summary>
    private const int MaximumRepeat = 1000;

    private int _at;
    private int _depth;
    private bool _ignoreCase;
    private bool _multiLine;
    private bool _dotTakesNewLine;

    private bool AtEnd => _at >= expression.Length;

    private char Current => expression[_at];

    public PatternNode Parse()
    {
        var node = Alternation();
        if (!AtEnd) throw Fault("unexpected )", expression);
        CheckRepeats(node);
        return node;
    }

    private static PatternSyntaxException Fault(string fault, string part) => new(fault, part);

    private PatternNode Alternation()
    {
        var choices = new List<PatternNode> { Sequence() };
        while (!AtEnd && Current == '|')
        {
            _at++;
            choices.Add(Sequence());
        }

        return choices.Count == 1 ? choices[0] : new PatternChoice(choices);
    }

    private PatternNode Sequence()
    {
        var parts = new List<PatternNode>();
        var repeatedFrom = -1;
        while (!AtEnd && Current is not ('|' or ')'))
        {
            var start = _at;
            if (Repetition() is { } times)
            {
                if (parts.Count == 0) throw Fault("missing argument to repetition operator", expression[start.._at]);
                if (repeatedFrom >= 0) throw Fault("invalid nested repetition operator", expression[repeatedFrom.._at]);
                var isLazy = _at - start > 1 && expression[_at - 1] == '?';
                parts[^1] = new PatternRepeat(parts[^1], times.Least, times.Most) { IsLazy = isLazy };
                repeatedFrom = start;
                continue;
            }

            var before = parts.Count;
            Atom(parts);
            // A group of flags alone is nothing that could be repeated, and it does not come between the operators.
            if (parts.Count > before) repeatedFrom = -1;
        }

        return parts.Count == 1 ? parts[0] : parts.Count == 0 ? PatternNode.Empty : new PatternSequence(parts);
    }

    /// <summary>How often what stands before is to be repeated, or null when no operator is here.</summary>
    private (int Least, int Most)? Repetition()
    {
        (int, int)? times = Current switch
        {
            '*' => (0, -1),
            '+' => (1, -1),
            '?' => (0, 1),
            '{' => Counted(),
            _ => null,
        };
        if (times is null) return null;
        if (Current is '*' or '+' or '?') _at++;
        else _at = expression.IndexOf('}', _at) + 1;
        // Greed decides what a group captures, never whether there is a match.
        if (!AtEnd && Current == '?') _at++;
        return times;
    }

    /// <summary>Reads {2}, {2,} or {2,5} without moving on; what has another form is no repetition.</summary>
    private (int, int)? Counted()
    {
        var end = expression.IndexOf('}', _at);
        if (end < 0) return null;
        var inside = expression.AsSpan(_at + 1, end - _at - 1);
        var comma = inside.IndexOf(',');
        var first = comma < 0 ? inside : inside[..comma];
        if (!Number(first, out var least)) return null;
        var most = least;
        if (comma >= 0)
        {
            var second = inside[(comma + 1)..];
            if (second.IsEmpty) most = -1;
            else if (!Number(second, out most)) return null;
        }

        if (least > MaximumRepeat || most > MaximumRepeat || (most >= 0 && least > most))
        {
            throw Fault("invalid repeat count", expression[_at..(end + 1)]);
        }

        return (least, most);
    }

    private static bool Number(ReadOnlySpan<char> digits, out int number)
    {
        number = 0;
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange('0', '9') || (digits.Length > 1 && digits[0] == '0')) return false;
        if (digits.Length > 8 || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number)) number = MaximumRepeat + 1;
        return true;
    }

    private void Atom(List<PatternNode> parts)
    {
        switch (Current)
        {
            case '(':
                Group(parts);
                return;
            case '[':
                parts.Add(new PatternClass(Class()));
                return;
            case '.':
                _at++;
                parts.Add(new PatternAny(_dotTakesNewLine));
                return;
            case '^':
                _at++;
                parts.Add(new PatternAssertion(_multiLine ? PatternPlace.LineStart : PatternPlace.TextStart));
                return;
            case '$':
                _at++;
                parts.Add(new PatternAssertion(_multiLine ? PatternPlace.LineEnd : PatternPlace.TextEnd));
                return;
            case '\\':
                Escape(parts);
                return;
            default:
                parts.Add(Literal(NextRune()));
                return;
        }
    }

    private int NextRune()
    {
        var status = Rune.DecodeFromUtf16(expression.AsSpan(_at), out var rune, out var length);
        if (status != System.Buffers.OperationStatus.Done) throw Fault("invalid UTF-8", expression[_at..]);
        _at += length;
        return rune.Value;
    }

    private PatternNode Literal(int rune)
    {
        if (!_ignoreCase) return new PatternRune(rune);
        var others = CaseFolding.Others(rune);
        if (others.Length == 0) return new PatternRune(rune);
        var either = new CharacterClass().Add(rune, rune);
        foreach (var other in others) either.Add(other, other);
        return new PatternClass(either.Freeze());
    }

    private void Group(List<PatternNode> parts)
    {
        var start = _at++;
        if (++_depth > MaximumDepth) throw Fault("expression nests too deeply", expression);
        var flags = (_ignoreCase, _multiLine, _dotTakesNewLine);
        if (!AtEnd && Current == '?' && !GroupHead(start))
        {
            // Flags without a group of their own hold up to the end of the group that they stand in.
            _depth--;
            return;
        }

        var inside = Alternation();
        if (AtEnd) throw Fault("missing closing )", expression);
        _at++;
        _depth--;
        (_ignoreCase, _multiLine, _dotTakesNewLine) = flags;
        parts.Add(inside);
    }

    /// <summary>Reads what stands between (? and the group's content; false when there is no content.</summary>
    private bool GroupHead(int start)
    {
        var head = expression.AsSpan(start);
        if (head.StartsWith("(?P<") || head.StartsWith("(?<"))
        {
            var from = start + (head[2] == 'P' ? 4 : 3);
            var end = expression.IndexOf('>', from);
            if (end < 0) throw Fault("invalid named capture", expression[start..]);
            var name = expression.AsSpan(from, end - from);
            foreach (var unit in name)
            {
                if (!char.IsAsciiLetterOrDigit(unit) && unit != '_') throw Fault("invalid named capture", expression[start..(end + 1)]);
            }

            if (name.IsEmpty) throw Fault("invalid named capture", expression[start..(end + 1)]);
            _at = end + 1;
            return true;
        }

        return Flags(start);
    }

    private bool Flags(int start)
    {
        _at++;
        var on = true;
        var any = false;
        while (!AtEnd)
        {
            var flag = expression[_at++];
            switch (flag)
            {
                case 'i':
                    _ignoreCase = on;
                    break;
                case 'm':
                    _multiLine = on;
                    break;
                case 's':
                    _dotTakesNewLine = on;
                    break;
                case 'U':
                    break;
                case '-' when on:
                    on = false;
                    any = false;
                    continue;
                case ':' or ')' when on || any:
                    return flag == ':';
                default:
                    throw Fault("invalid or unsupported Perl syntax", expression[start.._at]);
            }

            any = true;
        }

        throw Fault("missing argument to repetition operator", "?");
    }

    /// <summary>Holds counted repetitions inside each other to the bound of one, as Go does.</summary>
    private void CheckRepeats(PatternNode node, int budget = MaximumRepeat)
    {
        switch (node)
        {
            case PatternRepeat repeat:
                var times = Math.Max(repeat.Least, repeat.Most);
                if (times > 1) budget /= times;
                if (budget < 1) throw Fault("invalid repeat count", expression);
                CheckRepeats(repeat.Part, budget);
                break;
            case PatternSequence sequence:
                foreach (var part in sequence.Parts) CheckRepeats(part, budget);
                break;
            case PatternChoice choice:
                foreach (var part in choice.Choices) CheckRepeats(part, budget);
                break;
        }
    }
}
