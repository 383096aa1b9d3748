using System.Globalization;
using System.Text;

namespace Keelson.Api.Cel.Syntax;

/// <summary>What is wrong with an expression, and where.</summary>
/// <param name="Position">The character's index in the text.</param>
internal readonly record struct CelIssue(int Position, string Message);

/// <summary>An expression's text, which shows where in it something is wrong.</summary>
internal sealed class CelSource(string text)
{
    /// <summary>How many characters an expression may have; as upstream.</summary>
    public const int MaximumLength = 100_000;

    /// <summary>How many issues are told of one expression.</summary>
    public const int MaximumIssues = 100;

    public string Text { get; } = text;

    /// <summary>All issues in the order of their places, each with its line and a mark below the character.</summary>
    public string Show(IEnumerable<CelIssue> issues) =>
        string.Join('\n', issues.OrderBy(issue => issue.Position).Take(MaximumIssues).Select(Show));

    private string Show(CelIssue issue)
    {
        var position = Math.Clamp(issue.Position, 0, Text.Length);
        var start = position == 0 ? 0 : Text.LastIndexOf('\n', position - 1) + 1;
        var line = Text.AsSpan(0, start).Count('\n') + 1;
        var end = Text.IndexOf('\n', start);
        var snippet = Text[start..(end < 0 ? Text.Length : end)].Replace('\t', ' ');
        var column = CountRunes(Text.AsSpan(start, position - start));
        var shown = new StringBuilder();
        shown.Append(CultureInfo.InvariantCulture, $"ERROR: <input>:{line}:{column + 1}: {issue.Message}");
        if (snippet.Length > 0) shown.Append("\n | ").Append(snippet).Append("\n | ").Append('.', Math.Min(column, snippet.Length)).Append('^');
        return shown.ToString();
    }

    private static int CountRunes(ReadOnlySpan<char> text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes()) count++;
        return count;
    }
}
