namespace Keelson.Tidy.Rules;

/// <summary>What a tool writes, it writes again at the next build.</summary>
internal sealed class Generated : IRule
{
    private static readonly string[] Endings = [".g.cs", ".g.i.cs", ".Designer.cs", ".generated.cs"];
    private static readonly string Mark = "<auto-" + "generated";

    public string Sentence => "Nothing generated is in the repository";

    public IEnumerable<SourceTree> Bad =>
    [
        SourceTree.Of(("src/Keelson.Api/Pod.g.cs", "")),
        SourceTree.Of(("src/Keelson.Api/Pod.cs", $"\n// {Mark}/>\n")),
    ];

    public IEnumerable<SourceTree> Good => [SourceTree.Of(("src/Keelson.Api.Generator/Emit.cs", $"var head = \"// {Mark}/>\";"))];

    public IEnumerable<Finding> Check(SourceTree tree)
    {
        foreach (var path in tree.Named(".cs"))
        {
            if (Endings.Any(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase)))
            {
                yield return new(path, 1, "by its name, a generated file.");
            }

            foreach (var (number, text) in tree.Lines(path))
            {
                // A generator has the mark in a string; a generated file has it in a comment.
                if (text.TrimStart().StartsWith("//", StringComparison.Ordinal) && text.Contains(Mark, StringComparison.Ordinal))
                {
                    yield return new(path, number, "by its own words, a generated file.");
                }
            }
        }
    }
}
