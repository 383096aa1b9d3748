namespace Keelson.Tidy.Rules;

/// <summary>What is in the repository is done; what is not done is in the plan, not in the code.</summary>
internal sealed class Unfinished : IRule
{
    // In two halves, so that this file keeps the rule.
    private static readonly string[] Marks = ["TO" + "DO", "FIX" + "ME", "HA" + "CK", "XX" + "X", "NotImplemented" + "Exception"];

    public string Sentence => "Nothing is marked as unfinished";

    public IEnumerable<SourceTree> Bad =>
    [
        SourceTree.Of(("src/A.cs", "// " + Marks[0] + ": later")),
        SourceTree.Of(("docs/a.md", "Some " + Marks[1] + " here.")),
        SourceTree.Of(("src/A.cs", "throw new " + Marks[4] + "();")),
    ];

    public IEnumerable<SourceTree> Good => [SourceTree.Of(("src/A.cs", "var mastodon = \"TODOS\".Length;"))];

    public IEnumerable<Finding> Check(SourceTree tree) =>
        from path in tree.Paths
        from line in tree.Lines(path)
        from mark in Marks
        where Holds(line.Text, mark)
        select new Finding(path, line.Number, $"{mark}.");

    private static bool Holds(string line, string mark)
    {
        for (var at = line.IndexOf(mark, StringComparison.Ordinal); at >= 0; at = line.IndexOf(mark, at + 1, StringComparison.Ordinal))
        {
            var end = at + mark.Length;
            if ((at == 0 || !char.IsLetterOrDigit(line[at - 1])) && (end == line.Length || !char.IsLetterOrDigit(line[end]))) return true;
        }

        return false;
    }
}
