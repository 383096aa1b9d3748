using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Keelson.Api.Structural.Patterns;

/// <summary>What came of looking for a pattern in a text.</summary>
public enum PatternResult
{
    Matches,
    DoesNotMatch,

    /// <summary>The search was given up, after <see cref="Pattern.MaximumSteps"/>.</summary>
    TooCostly,
}

/// <summary>
/// A regular expression with Go's syntax and meaning, searched in time proportional to the text: all alternatives advance
/// together, none is ever tried again. It takes little memory, so that definitions can have many.
/// </summary>
/// <remarks>
/// Compared with Go, \p{...} knows the general categories and the scripts Latin, Greek, Cyrillic, Arabic, Hebrew,
/// Devanagari, Thai, Hangul, Hiragana, Katakana and Han.
/// </remarks>
public sealed class Pattern
{
    /// <summary>How many steps a search may take, one for each state and character: about a second's work.</summary>
    public const long MaximumSteps = 100_000_000;

    /// <summary>How many compiled patterns are kept; when there are more, all are forgotten.</summary>
    public const int CacheSize = 4096;

    private static readonly ConcurrentDictionary<string, Pattern> Cache = new(StringComparer.Ordinal);

    private readonly PatternProgram _program;

    private Pattern(PatternProgram program) => _program = program;

    /// <summary>The compiled form of an expression, of which there is one for all who use it.</summary>
    /// <param name="error">What is wrong with the expression, in the words of Go's parser.</param>
    public static bool TryGet(string expression, [NotNullWhen(true)] out Pattern? pattern, [NotNullWhen(false)] out string? error)
    {
        error = null;
        if (Cache.TryGetValue(expression, out pattern)) return true;
        try
        {
            pattern = new Pattern(PatternProgram.Compile(new PatternParser(expression).Parse(), expression));
        }
        catch (PatternSyntaxException invalid)
        {
            error = invalid.Message;
            return false;
        }

        if (Cache.Count >= CacheSize) Cache.Clear();
        Cache.TryAdd(expression, pattern);
        return true;
    }

    /// <summary>Where the pattern's first match from a position on is: the one that Go's search finds.</summary>
    internal bool TryLocate(string text, int from, out int start, out int length) => new PatternLocator(_program, text).TryLocate(from, out start, out length);

    /// <summary>Looks for the pattern anywhere in a text.</summary>
    public PatternResult Find(ReadOnlySpan<char> text) => PatternSearch.Run(_program, text);
}
