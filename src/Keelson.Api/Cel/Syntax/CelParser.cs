namespace Keelson.Api.Cel.Syntax;

/// <summary>Turns an expression into its tree, macros expanded.</summary>
internal sealed partial class CelParser
{
    /// <summary>How deep brackets, conditions and calls may nest; as upstream.</summary>
    public const int MaximumRecursion = 250;

    private const string Primaries = "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";

    private static readonly string[] Relations = ["<", "<=", ">=", ">", "==", "!="];

    private readonly List<CelToken> _tokens;
    private int _at;
    private int _depth;

    private CelParser(List<CelToken> tokens) => _tokens = tokens;

    /// <summary>The tree, or null with what is wrong in <paramref name="issues"/>.</summary>
    public static CelNode? Parse(string text, List<CelIssue> issues)
    {
        if (text.Length > CelSource.MaximumLength)
        {
            issues.Add(new CelIssue(0, $"expression code point size exceeds limit: size: {text.Length}, limit {CelSource.MaximumLength}"));
            return null;
        }

        var parser = new CelParser(new CelLexer(text, issues).Read());
        try
        {
            var node = parser.Expression();
            if (parser.Current.Kind != CelTokenKind.End)
            {
                throw parser.Wrong($"Syntax error: {(parser.Current.Kind == CelTokenKind.Symbol ? "extraneous" : "mismatched")} input '{parser.Current.Shown}' expecting <EOF>");
            }

            if (node.Depth > CelNode.MaximumDepth) throw new CelSyntaxException(0, TooDeep);
            return issues.Count == 0 ? node : null;
        }
        catch (CelSyntaxException wrong)
        {
            issues.Add(new CelIssue(wrong.Position, wrong.Message));
            return null;
        }
    }

    private static readonly string TooDeep = $"expression recursion limit exceeded: {MaximumRecursion}";

    private CelToken Current => _tokens[_at];

    private CelToken Take() => _tokens[_at].Kind == CelTokenKind.End ? _tokens[_at] : _tokens[_at++];

    private bool TryTake(string symbol)
    {
        if (!Current.Is(symbol)) return false;
        _at++;
        return true;
    }

    private void Expect(string symbol)
    {
        if (TryTake(symbol)) return;
        throw Wrong(Current.Kind == CelTokenKind.End
            ? $"Syntax error: missing '{symbol}' at '<EOF>'"
            : $"Syntax error: mismatched input '{Current.Shown}' expecting '{symbol}'");
    }

    private CelSyntaxException Wrong(string message) => new(Current.Position, message);

    private CelNode Expression()
    {
        if (++_depth > MaximumRecursion) throw Wrong(TooDeep);
        var condition = Logical("||");
        if (Current.Is("?"))
        {
            var position = Take().Position;
            var then = Logical("||");
            Expect(":");
            condition = new CallNode(position, "_?_:_", null, condition, then, Expression());
        }

        _depth--;
        return Bounded(condition);
    }

    /// <summary>A chain of one operator becomes a balanced tree, so that a long one is not deep.</summary>
    private CelNode Logical(string symbol)
    {
        var first = symbol == "||" ? Logical("&&") : Relation();
        if (!Current.Is(symbol)) return first;
        var terms = new List<CelNode> { first };
        var positions = new List<int>();
        while (Current.Is(symbol))
        {
            positions.Add(Take().Position);
            terms.Add(symbol == "||" ? Logical("&&") : Relation());
        }

        return Balanced(symbol == "||" ? "_||_" : "_&&_", terms, positions, 0, positions.Count - 1);
    }

    private static CallNode Balanced(string function, List<CelNode> terms, List<int> positions, int low, int high)
    {
        var middle = (low + high + 1) / 2;
        var left = middle == low ? terms[middle] : Balanced(function, terms, positions, low, middle - 1);
        var right = middle == high ? terms[middle + 1] : Balanced(function, terms, positions, middle + 1, high);
        return new CallNode(positions[middle], function, null, left, right);
    }

    private CelNode Relation()
    {
        var left = Sum();
        while (true)
        {
            var token = Current;
            var isIn = token is { Kind: CelTokenKind.Identifier, Text: "in" };
            if (!isIn && !(token.Kind == CelTokenKind.Symbol && Relations.Contains(token.Text))) return left;
            Take();
            left = Bounded(new CallNode(token.Position, isIn ? "@in" : $"_{token.Text}_", null, left, Sum()));
        }
    }

    private CelNode Sum()
    {
        var left = Product();
        while (Current.Is("+") || Current.Is("-"))
        {
            var token = Take();
            left = Bounded(new CallNode(token.Position, $"_{token.Text}_", null, left, Product()));
        }

        return left;
    }

    private CelNode Product()
    {
        var left = Unary();
        while (Current.Is("*") || Current.Is("/") || Current.Is("%"))
        {
            var token = Take();
            left = Bounded(new CallNode(token.Position, $"_{token.Text}_", null, left, Unary()));
        }

        return left;
    }

    private CelNode Unary()
    {
        if (!Current.Is("-") && !Current.Is("!")) return Member();
        var first = Take();
        var count = 1;
        while (Current.Is(first.Text))
        {
            Take();
            count++;
        }

        // A number's own sign belongs to it, so that the smallest number can be written.
        if (first.Text == "-" && Current.Kind is CelTokenKind.Integer or CelTokenKind.Double && count % 2 == 1) return Member(first.Position, negative: true);
        var operand = Member();
        return count % 2 == 0 ? operand : Bounded(new CallNode(first.Position, first.Text == "-" ? "-_" : "!_", null, operand));
    }

    private CelNode Bounded(CelNode node) => node.Depth > CelNode.MaximumDepth ? throw new CelSyntaxException(node.Position, TooDeep) : node;
}
