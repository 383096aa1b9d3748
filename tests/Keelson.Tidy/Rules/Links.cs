using System.Text.RegularExpressions;

namespace Keelson.Tidy.Rules;

/// <summary>A link inside the repository leads somewhere.</summary>
internal sealed partial class Links : IRule
{
    public string Sentence => "Links between the documents resolve, down to the heading";

    public IEnumerable<SourceTree> Bad =>
    [
        SourceTree.Of(("README.md", "See [the guide](docs/guide.md).")),
        SourceTree.Of(("docs/a.md", "See [b](../b.md#second)."), ("b.md", "# First")),
        SourceTree.Of(("docs/a.md", "# One\nSee [two](#two).")),
        SourceTree.Of(("docs/a.md", "See [above](../../etc/passwd).")),
    ];

    public IEnumerable<SourceTree> Good =>
    [
        SourceTree.Of(("docs/a.md", "See [b](../b.md#the-second-one), [c](adr/), [d](https://example.com/x)."),
            ("b.md", "## The second one!"), ("docs/adr/0001.md", "")),
        SourceTree.Of(("docs/a.md", "```\n[no link](nowhere.md)\n```")),
    ];

    public IEnumerable<Finding> Check(SourceTree tree)
    {
        foreach (var path in tree.Named(".md"))
        {
            foreach (var (number, text) in Prose(tree, path))
            {
                foreach (Match link in Link().Matches(text))
                {
                    var target = link.Groups[1].Value;
                    if (!target.Contains("://", StringComparison.Ordinal) && !Resolves(tree, path, target))
                    {
                        yield return new(path, number, $"{target} leads nowhere.");
                    }
                }
            }
        }
    }

    private static IEnumerable<(int Number, string Text)> Prose(SourceTree tree, string path)
    {
        var isCode = false;
        foreach (var line in tree.Lines(path))
        {
            if (line.Text.TrimStart().StartsWith("```", StringComparison.Ordinal)) isCode = !isCode;
            else if (!isCode) yield return line;
        }
    }

    private static bool Resolves(SourceTree tree, string from, string target)
    {
        var parts = target.Split('#', 2);
        var path = parts[0].Length == 0 ? from : Combine(from, parts[0]);
        if (path is null) return false;
        if (path.Length == 0 || tree.Paths.Any(file => file.StartsWith(path + "/", StringComparison.Ordinal))) return true;
        if (!tree.Files.ContainsKey(path)) return false;
        return parts.Length == 1 || !path.EndsWith(".md", StringComparison.Ordinal)
            || Prose(tree, path).Any(line => line.Text.StartsWith('#') && Anchor(line.Text) == parts[1]);
    }

    private static string? Combine(string from, string target)
    {
        var steps = new Stack<string>(from.Split('/')[..^1]);
        foreach (var step in target.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (step == "..")
            {
                if (!steps.TryPop(out _)) return null;
            }
            else if (step != ".")
            {
                steps.Push(step);
            }
        }

        return string.Join('/', steps.Reverse());
    }

    private static string Anchor(string heading) =>
        NoAnchor().Replace(heading.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"\]\(([^()\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NoAnchor();
}
