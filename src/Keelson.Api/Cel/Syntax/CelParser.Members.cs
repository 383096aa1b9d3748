using Keelson.Api.Cel.Objects;

namespace Keelson.Api.Cel.Syntax;

/// <summary>Members, calls, literals and what stands in brackets.</summary>
internal sealed partial class CelParser
{
    private static readonly string[] Reserved =
    [
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package", "namespace", "return", "var", "void", "while",
    ];

    private CelNode Member(int position = -1, bool negative = false)
    {
        var node = Primary(position, negative);
        while (true)
        {
            if (Current.Is(".")) node = Selection(node);
            else if (Current.Is("[")) node = Index(node);
            else if (Current.Is("{") && QualifiedName(node) is { } name) node = Object(name, node.Position);
            else return node;
            Bounded(node);
        }
    }

    private CelNode Selection(CelNode operand)
    {
        var dot = Take();
        var optional = TryTake("?");
        var token = Current;
        if (token.Kind is not (CelTokenKind.Identifier or CelTokenKind.QuotedIdentifier))
        {
            throw Wrong($"Syntax error: {(token.Kind == CelTokenKind.End || token.Kind == CelTokenKind.Symbol ? "no viable alternative at input" : "mismatched input")} '{(token.Kind == CelTokenKind.End || token.Kind == CelTokenKind.Symbol ? "." + token.Text : token.Shown)}'");
        }

        Take();
        var name = token.Kind == CelTokenKind.QuotedIdentifier ? token.Text[1..^1] : token.Text;
        if (token.Kind == CelTokenKind.Identifier && token.Text is "in" or "true" or "false" or "null") throw new CelSyntaxException(token.Position, $"Syntax error: mismatched input '{token.Text}' expecting IDENTIFIER");
        if (optional || token.Kind == CelTokenKind.QuotedIdentifier || !Current.Is("(")) return new SelectNode(dot.Position, operand, name, isOptional: optional);
        var open = Take();
        var arguments = Arguments(")");
        return CelMacros.Expand(name, operand, arguments, open.Position) ?? new CallNode(open.Position, name, operand, arguments);
    }

    private CallNode Index(CelNode operand)
    {
        var bracket = Take();
        var optional = TryTake("?");
        var index = Expression();
        Expect("]");
        return new CallNode(bracket.Position, optional ? "_[?_]" : "_[_]", null, operand, index);
    }

    private CelNode[] Arguments(string end)
    {
        var arguments = new List<CelNode>();
        if (TryTake(end)) return [];
        do arguments.Add(Expression());
        while (TryTake(","));
        Expect(end);
        return [.. arguments];
    }

    private CelNode Primary(int position, bool negative)
    {
        var token = Take();
        var at = position < 0 ? token.Position : position;
        switch (token.Kind)
        {
            case CelTokenKind.Integer: return new LiteralNode(at, CelLiteral.Integer(token, negative));
            case CelTokenKind.Double: return new LiteralNode(at, CelLiteral.Double(token, negative));
            case CelTokenKind.Unsigned: return new LiteralNode(at, CelLiteral.Unsigned(token));
            case CelTokenKind.Text: return new LiteralNode(at, CelLiteral.Text(token));
            case CelTokenKind.Bytes: return new LiteralNode(at, CelLiteral.Bytes(token));
            case CelTokenKind.Identifier: return Named(token, "");
            case CelTokenKind.Symbol when token.Text == ".":
                var name = Take();
                if (name.Kind != CelTokenKind.Identifier) throw new CelSyntaxException(name.Position, $"Syntax error: mismatched input '{name.Shown}' expecting IDENTIFIER");
                return Named(name, ".");
            case CelTokenKind.Symbol when token.Text == "(":
                var inner = Expression();
                Expect(")");
                return inner;
            case CelTokenKind.Symbol when token.Text == "[": return List(token.Position);
            case CelTokenKind.Symbol when token.Text == "{": return Map(null, token.Position);
            default:
                throw new CelSyntaxException(
                    token.Position,
                    token.Kind == CelTokenKind.End ? $"Syntax error: mismatched input '<EOF>' expecting {Primaries}" : $"Syntax error: extraneous input '{token.Shown}' expecting {Primaries}");
        }
    }

    private CelNode Named(CelToken token, string lead)
    {
        switch (token.Text)
        {
            case "true": return new LiteralNode(token.Position, true);
            case "false": return new LiteralNode(token.Position, false);
            case "null": return new LiteralNode(token.Position, CelNull.Value);
            case "in": throw new CelSyntaxException(token.Position, $"Syntax error: extraneous input 'in' expecting {Primaries}");
        }

        if (Array.IndexOf(Reserved, token.Text) >= 0) throw new CelSyntaxException(token.Position, $"reserved identifier: {token.Text}");
        if (!Current.Is("(")) return new IdentifierNode(token.Position, lead + token.Text);
        var open = Take();
        var arguments = Arguments(")");
        return CelMacros.Expand(token.Text, null, arguments, open.Position) ?? new CallNode(open.Position, lead + token.Text, null, arguments);
    }

    private ListNode List(int position)
    {
        var (elements, optional) = (new List<CelNode>(), new List<bool>());
        while (!TryTake("]"))
        {
            optional.Add(TryTake("?"));
            elements.Add(Expression());
            if (TryTake(",")) continue;
            Expect("]");
            break;
        }

        return new ListNode(position, [.. elements], [.. optional]);
    }

    private MapNode Map(string? typeName, int position)
    {
        var (keys, values, optional) = (new List<CelNode>(), new List<CelNode>(), new List<bool>());
        while (!TryTake("}"))
        {
            optional.Add(TryTake("?"));
            keys.Add(typeName is null ? Expression() : FieldName());
            Expect(":");
            values.Add(Expression());
            if (TryTake(",")) continue;
            Expect("}");
            break;
        }

        return new MapNode(position, typeName, [.. keys], [.. values], [.. optional]);
    }

    private LiteralNode FieldName()
    {
        var token = Take();
        return token.Kind switch
        {
            CelTokenKind.Identifier => new LiteralNode(token.Position, token.Text),
            CelTokenKind.QuotedIdentifier => new LiteralNode(token.Position, token.Text[1..^1]),
            _ => throw new CelSyntaxException(token.Position, $"Syntax error: mismatched input '{token.Shown}' expecting IDENTIFIER"),
        };
    }

    private MapNode Object(string name, int position)
    {
        Take();
        return Map(name, position);
    }

    /// <summary>The name that selections of names spell, or null.</summary>
    public static string? QualifiedName(CelNode node) => node switch
    {
        IdentifierNode identifier => identifier.Name,
        SelectNode { IsTest: false, IsOptional: false } select => QualifiedName(select.Operand) is { } operand ? $"{operand}.{select.Field}" : null,
        _ => null,
    };
}
