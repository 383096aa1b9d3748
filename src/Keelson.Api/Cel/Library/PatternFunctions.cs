using Keelson.Api.Cel.Objects;
using Keelson.Api.Structural.Patterns;

namespace Keelson.Api.Cel.Library;

/// <summary>Functions that look for patterns, with the project's own search, whose time is bounded.</summary>
internal static class PatternFunctions
{
    public static void Register(CelLibraryBuilder library) => library
        .Add("matches", call => Compiled(call, out var text, out var fault) is { } pattern
            ? pattern.Find(text) switch
            {
                PatternResult.Matches => true,
                PatternResult.DoesNotMatch => false,
                _ => new CelError("the search for a pattern was given up, it takes too long"),
            }
            : fault, "(string, string) -> bool", "string.(string) -> bool")
        .Add("find", Find, "string.(string) -> string")
        .Add("findAll", FindAll, "string.(string) -> list(string)", "string.(string, int) -> list(string)");

    private static object Find(CelCall call)
    {
        if (Compiled(call, out var text, out var fault) is not { } pattern) return fault;
        return pattern.TryLocate(text, 0, out var start, out var length) ? text.Substring(start, length) : "";
    }

    private static object FindAll(CelCall call)
    {
        if (Compiled(call, out var text, out var fault) is not { } pattern) return fault;
        if (call.Count > 2 && call[2] is not long) return CelError.NoOverload;
        var limit = call.Count > 2 ? (long)call[2] : -1;
        var found = new List<object>();
        var at = 0;
        var lastEnd = -1;
        while (at <= text.Length && (limit < 0 || found.Count < limit) && pattern.TryLocate(text, at, out var start, out var length))
        {
            call.Run.Cancel.ThrowIfCancellationRequested();
            // As in Go, nothing is not found right behind a match.
            if (length > 0 || start != lastEnd) found.Add(text.Substring(start, length));
            lastEnd = start + length;
            at = length > 0 ? lastEnd : start + (start < text.Length && char.IsHighSurrogate(text[start]) ? 2 : 1);
        }

        return new CelArray(found);
    }

    private static Pattern? Compiled(CelCall call, out string text, out object fault)
    {
        text = "";
        fault = CelError.NoOverload;
        if (call[0] is not string given || call[1] is not string expression) return null;
        text = given;
        if (Pattern.TryGet(expression, out var pattern, out var error)) return pattern;
        fault = new CelError(error);
        return null;
    }
}
