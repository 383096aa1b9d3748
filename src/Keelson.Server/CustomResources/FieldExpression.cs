using System.Globalization;
using Keelson.Api.Values;

namespace Keelson.Server.CustomResources;

/// <summary>
/// A JSON path such as .spec.size, .spec.ports[0].name or .status.conditions[?(@.type=="Ready")].status: names, quoted names,
/// indexes, slices, several of these, wildcards, everything below, and filters that compare one field or ask for it. What is
/// missing is nothing, and no error.
/// </summary>
internal sealed class FieldExpression
{
    /// <summary>Steps at most; default 64.</summary>
    private const int MaxSteps = 64;

    /// <summary>Values looked at below one; default 10,000. What lies behind them is not found.</summary>
    private const int MaxBelow = 10_000;

    private static readonly string[] Comparisons = ["==", "!=", "<=", ">=", "<", ">"];

    private readonly Step[] _steps;

    private FieldExpression(Step[] steps) => _steps = steps;

    /// <summary>The expression of a text; null where it is none, or one that goes beyond what is supported.</summary>
    public static FieldExpression? Parse(string text)
    {
        var steps = new List<Step>();
        ReadOnlySpan<char> rest = text;
        while (!rest.IsEmpty)
        {
            if (steps.Count == MaxSteps || Read(ref rest) is not { } step) return null;
            steps.Add(step);
        }

        return new FieldExpression([.. steps]);
    }

    /// <summary>The first value that the expression leads to; null where there is none.</summary>
    public Value? First(Value root) => First(root, 0);

    private Value? First(Value value, int depth)
    {
        if (depth == _steps.Length) return value;
        foreach (var next in _steps[depth].From(value))
        {
            if (First(next, depth + 1) is { } found) return found;
        }

        return null;
    }

    private static Step? Read(ref ReadOnlySpan<char> rest)
    {
        if (rest[0] == '[') return ReadBrackets(ref rest);
        if (rest[0] != '.' || rest.Length == 1) return null;
        if (rest[1] == '.')
        {
            rest = rest[1..];
            return rest.Length == 1 ? null : new BelowStep();
        }

        var name = new System.Text.StringBuilder();
        var place = 1;
        for (; place < rest.Length && rest[place] is not ('.' or '['); place++)
        {
            // A dot in a name is written with a backslash.
            if (rest[place] == '\\' && place + 1 < rest.Length) place++;
            name.Append(rest[place]);
        }

        var isBracket = place == 1 && place < rest.Length && rest[place] == '[';
        rest = rest[place..];
        if (isBracket) return ReadBrackets(ref rest);
        if (name.Length == 0) return null;
        return name is { Length: 1 } && name[0] == '*' ? new AllStep() : new NameStep(name.ToString());
    }

    private static Step? ReadBrackets(ref ReadOnlySpan<char> rest)
    {
        var end = EndOfBrackets(rest);
        if (end < 0) return null;
        var inside = rest[1..end].Trim();
        rest = rest[(end + 1)..];
        if (inside is "*") return new AllStep();
        if (inside.Length > 2 && inside[0] is '\'' or '"' && inside[^1] == inside[0] && !inside[1..^1].Contains(inside[0])) return new NameStep(inside[1..^1].ToString());
        if (inside.StartsWith("?(") && inside[^1] == ')') return ReadFilter(inside[2..^1].Trim());
        if (inside.Contains(',')) return ReadUnion(inside);
        if (inside.Contains(':')) return ReadSlice(inside);
        return int.TryParse(inside, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index) ? new IndexStep(index) : null;
    }

    // A comma may stand in a name, so pieces are put together until one is whole.
    private static UnionStep? ReadUnion(ReadOnlySpan<char> inside)
    {
        var parts = new List<Step>();
        var from = 0;
        for (var i = 0; i <= inside.Length; i++)
        {
            if (i < inside.Length && inside[i] != ',') continue;
            ReadOnlySpan<char> piece = $"[{inside[from..i].Trim()}]";
            if (parts.Count == MaxSteps || EndOfBrackets(piece) != piece.Length - 1) continue;
            if (ReadBrackets(ref piece) is not { } part) return null;
            parts.Add(part);
            from = i + 1;
        }

        return from == inside.Length + 1 ? new UnionStep(parts) : null;
    }

    private static SliceStep? ReadSlice(ReadOnlySpan<char> inside)
    {
        var bounds = new int?[3];
        var count = 0;
        foreach (var range in inside.Split(':'))
        {
            if (count == bounds.Length) return null;
            var text = inside[range].Trim();
            if (!text.IsEmpty && !int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)) return null;
            bounds[count++] = text.IsEmpty ? null : int.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        }

        return bounds[2] is <= 0 ? null : new SliceStep(bounds[0], bounds[1], bounds[2] ?? 1);
    }

    private static int EndOfBrackets(ReadOnlySpan<char> text)
    {
        var (depth, quote) = (0, '\0');
        for (var i = 0; i < text.Length; i++)
        {
            var letter = text[i];
            if (quote != '\0') quote = letter == quote ? '\0' : quote;
            else if (letter is '\'' or '"') quote = letter;
            else if (letter == '[') depth++;
            else if (letter == ']' && --depth == 0) return i;
        }

        return -1;
    }

    private static FilterStep? ReadFilter(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text[0] != '@') return null;
        foreach (var comparison in Comparisons)
        {
            var place = text.IndexOf(comparison, StringComparison.Ordinal);
            if (place < 0) continue;
            var literal = ReadLiteral(text[(place + comparison.Length)..].Trim());
            return literal is not null && Parse(text[1..place].Trim().ToString()) is { } compared ? new FilterStep(compared, comparison, literal) : null;
        }

        return Parse(text[1..].ToString()) is { } path ? new FilterStep(path, "", null) : null;
    }

    private static Value? ReadLiteral(ReadOnlySpan<char> text)
    {
        if (text.Length >= 2 && text[0] is '\'' or '"' && text[^1] == text[0]) return text[1..^1].ToString();
        if (text is "true" or "false") return text is "true";
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return number;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) ? real : null;
    }

    private abstract class Step
    {
        public abstract IEnumerable<Value> From(Value value);
    }

    private sealed class NameStep(string name) : Step
    {
        public override IEnumerable<Value> From(Value value) => value is MapValue map && map.TryGet(name, out var found) ? [found] : [];
    }

    private sealed class IndexStep(int index) : Step
    {
        public override IEnumerable<Value> From(Value value)
        {
            if (value is not ListValue list) return [];
            var place = index < 0 ? list.Count + index : index;
            return place >= 0 && place < list.Count ? [list[place]] : [];
        }
    }

    private sealed class SliceStep(int? first, int? end, int by) : Step
    {
        public override IEnumerable<Value> From(Value value)
        {
            if (value is not ListValue list) yield break;
            var last = Math.Min(Place(end ?? list.Count, list.Count), list.Count);
            for (long i = Math.Max(0, Place(first ?? 0, list.Count)); i < last; i += by) yield return list[(int)i];
        }

        private static int Place(int index, int count) => index < 0 ? count + index : index;
    }

    private sealed class UnionStep(IReadOnlyList<Step> parts) : Step
    {
        public override IEnumerable<Value> From(Value value) => parts.SelectMany(part => part.From(value));
    }

    private sealed class BelowStep : Step
    {
        public override IEnumerable<Value> From(Value value)
        {
            var waiting = new Stack<Value>([value]);
            for (var seen = 0; seen < MaxBelow && waiting.TryPop(out var next); seen++)
            {
                yield return next;
                Value[] inner = next is MapValue map ? map.Values.ToArray() : next is ListValue list ? [.. list] : [];
                for (var i = inner.Length - 1; i >= 0; i--) waiting.Push(inner[i]);
            }
        }
    }

    private sealed class AllStep : Step
    {
        public override IEnumerable<Value> From(Value value) => value switch
        {
            ListValue list => list,
            MapValue map => map.Values.ToArray(),
            _ => [],
        };
    }

    private sealed class FilterStep(FieldExpression path, string comparison, Value? literal) : Step
    {
        public override IEnumerable<Value> From(Value value) => value is ListValue list ? list.Where(Matches) : [];

        private bool Matches(Value element)
        {
            var found = path.First(element);
            if (literal is null) return found is not null;
            if (found is null) return false;
            return comparison switch
            {
                "==" => found.SemanticEquals(literal),
                "!=" => !found.SemanticEquals(literal),
                _ => Order(found) is { } order && (comparison switch { "<" => order < 0, "<=" => order <= 0, ">" => order > 0, _ => order >= 0 }),
            };
        }

        private int? Order(Value found) => (found, literal) switch
        {
            (TextValue one, TextValue other) => string.CompareOrdinal(one.Text, other.Text),
            _ => Number(found) is { } one && Number(literal) is { } other ? one.CompareTo(other) : null,
        };

        private static double? Number(Value? value) => value switch
        {
            IntegerValue number => number.Integer,
            NumberValue number => number.Number,
            _ => null,
        };
    }
}
