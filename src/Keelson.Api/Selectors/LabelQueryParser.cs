using Keelson.Api.Names;

namespace Keelson.Api.Selectors;

/// <summary>Reads the text of a label query once, from left to right, with one token of lookahead.</summary>
internal ref struct LabelQueryParser
{
    private const string BinaryOperators = "in, notin, =, ==, !=, gt, lt";

    private readonly ReadOnlySpan<char> _text;
    private int _position;
    private Token _next;
    private string? _error;

    public LabelQueryParser(string text)
    {
        _text = text;
        _next = Read();
    }

    private enum Kind
    {
        End,
        Identifier,
        In,
        NotIn,
        Equals,
        DoubleEquals,
        NotEquals,
        GreaterThan,
        LessThan,
        Not,
        Open,
        Close,
        Comma,
    }

    /// <summary>The requirements in the order written; the first error ends the reading.</summary>
    public List<Requirement> Parse(out string? error)
    {
        var requirements = new List<Requirement>();
        while (_error is null && !Is(Kind.End))
        {
            if (!IsIdentifier && !Is(Kind.Not))
            {
                Fail($"found '{Literal}', expected: !, identifier, or 'end of string'");
                break;
            }
            if (ParseRequirement() is not { } requirement)
            {
                _error = $"unable to parse requirement: {_error}";
                break;
            }
            requirements.Add(requirement);
            if (Is(Kind.End)) break;
            if (!Is(Kind.Comma))
            {
                Fail($"found '{Literal}', expected: ',' or 'end of string'");
                break;
            }
            Advance();
            if (!IsIdentifier && !Is(Kind.Not)) Fail($"found '{Literal}', expected: identifier after ','");
        }
        error = _error;
        return requirements;
    }

    /// <summary>The words "in" and "notin" are operators only where an operator stands.</summary>
    private readonly bool IsIdentifier => _next.Kind is Kind.Identifier or Kind.In or Kind.NotIn;

    private readonly string Literal => _text.Slice(_next.Start, _next.Length).ToString();

    private readonly bool Is(Kind kind) => _next.Kind == kind;

    private void Advance() => _next = Read();

    private void Fail(string error) => _error ??= error;

    private Requirement? ParseRequirement()
    {
        var negated = Is(Kind.Not);
        if (negated) Advance();
        if (!IsIdentifier)
        {
            Fail($"found '{Literal}', expected: identifier");
            return null;
        }
        var key = Literal;
        Advance();
        var inKey = LabelName.CheckKey(key);
        if (!inKey.IsEmpty)
        {
            Fail(Requirement.Invalid("<nil>", key, string.Join("; ", inKey)));
            return null;
        }
        if (negated) return Create(key, RequirementOperator.DoesNotExist, []);
        if (Is(Kind.End) || Is(Kind.Comma)) return Create(key, RequirementOperator.Exists, []);
        if (ParseOperator() is not { } relation) return null;
        var values = relation is RequirementOperator.In or RequirementOperator.NotIn ? ParseValues() : ParseExactValue();
        return values is null ? null : Create(key, relation, values);
    }

    private Requirement? Create(string key, RequirementOperator relation, List<string> values)
    {
        var distinct = values.Distinct().Order(Utf8Order.Instance).ToApiList();
        if (!Requirement.TryCreate(key, relation, distinct, out var requirement, out var error)) Fail(error);
        return requirement;
    }

    private RequirementOperator? ParseOperator()
    {
        RequirementOperator? relation = _next.Kind switch
        {
            Kind.In => RequirementOperator.In,
            Kind.NotIn => RequirementOperator.NotIn,
            Kind.Equals => RequirementOperator.Equals,
            Kind.DoubleEquals => RequirementOperator.DoubleEquals,
            Kind.NotEquals => RequirementOperator.NotEquals,
            Kind.GreaterThan => RequirementOperator.GreaterThan,
            Kind.LessThan => RequirementOperator.LessThan,
            _ => null,
        };
        if (relation is null) Fail($"found '{Literal}', expected: {BinaryOperators}");
        Advance();
        return relation;
    }

    /// <summary>One value; nothing before a comma or the end is the empty one.</summary>
    private List<string>? ParseExactValue()
    {
        if (Is(Kind.End) || Is(Kind.Comma)) return [""];
        if (!IsIdentifier)
        {
            Fail($"found '{Literal}', expected: identifier");
            return null;
        }
        var value = Literal;
        Advance();
        return [value];
    }

    /// <summary>Values in parentheses; nothing between commas or parentheses is the empty one.</summary>
    private List<string>? ParseValues()
    {
        if (!Is(Kind.Open))
        {
            Fail($"found '{Literal}' expected: '('");
            return null;
        }
        Advance();
        if (Is(Kind.Close))
        {
            Advance();
            return [""];
        }
        if (!IsIdentifier && !Is(Kind.Comma))
        {
            Fail($"found '{Literal}', expected: ',', ')' or identifier");
            return null;
        }
        return ParseValueList();
    }

    /// <summary>The list up to its closing parenthesis, which upstream does not take after an even number of commas.</summary>
    private List<string>? ParseValueList()
    {
        var values = new List<string>();
        while (true)
        {
            if (IsIdentifier)
            {
                values.Add(Literal);
                Advance();
                if (Is(Kind.Comma)) continue;
                if (!Is(Kind.Close))
                {
                    Fail($"found '{Literal}', expected: ',' or ')'");
                    return null;
                }
            }
            else if (Is(Kind.Comma))
            {
                Advance();
                if (values.Count == 0 || Is(Kind.Close)) values.Add("");
                if (Is(Kind.Comma))
                {
                    Advance();
                    values.Add("");
                    continue;
                }
                if (!Is(Kind.Close)) continue;
            }
            else
            {
                Fail($"found '{Literal}', expected: ',', or identifier");
                return null;
            }
            Advance();
            return values;
        }
    }

    private Token Read()
    {
        while (_position < _text.Length && _text[_position] is ' ' or '\t' or '\r' or '\n') _position++;
        var start = _position;
        if (start == _text.Length) return new(Kind.End, start, 0);
        var followedByEquals = start + 1 < _text.Length && _text[start + 1] == '=';
        var (kind, length) = _text[start] switch
        {
            '=' => followedByEquals ? (Kind.DoubleEquals, 2) : (Kind.Equals, 1),
            '!' => followedByEquals ? (Kind.NotEquals, 2) : (Kind.Not, 1),
            '>' => (Kind.GreaterThan, 1),
            '<' => (Kind.LessThan, 1),
            '(' => (Kind.Open, 1),
            ')' => (Kind.Close, 1),
            ',' => (Kind.Comma, 1),
            _ => (Kind.Identifier, 0),
        };
        if (kind == Kind.Identifier)
        {
            var end = _text[start..].IndexOfAny("=!(),>< \t\r\n");
            length = end < 0 ? _text.Length - start : end;
            kind = _text.Slice(start, length) switch { "in" => Kind.In, "notin" => Kind.NotIn, _ => Kind.Identifier };
        }
        _position = start + length;
        return new(kind, start, length);
    }

    private readonly record struct Token(Kind Kind, int Start, int Length);
}
