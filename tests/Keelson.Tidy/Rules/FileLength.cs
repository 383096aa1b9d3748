namespace Keelson.Tidy.Rules;

/// <summary>A file that one can read in one go.</summary>
internal sealed class FileLength : IRule
{
    public const int Limit = 500;

    public string Sentence => "No C# file has more than 500 lines";

    public IEnumerable<SourceTree> Bad => [File(Limit + 1)];

    public IEnumerable<SourceTree> Good => [File(Limit)];

    public IEnumerable<Finding> Check(SourceTree tree) =>
        from path in tree.Named(".cs")
        let lines = tree.Lines(path).Count(line => line.Text.Length > 0 || line.Number < tree.Lines(path).Count())
        where lines > Limit
        select new Finding(path, Limit, $"has {lines} lines.");

    private static SourceTree File(int lines) =>
        SourceTree.Of(("src/Long.cs", string.Concat(Enumerable.Repeat("// A line.\n", lines))));
}
