using System.Globalization;
using System.Text.RegularExpressions;

namespace Keelson.Tidy.Rules;

/// <summary>Architecture decision records that can be found and placed in time.</summary>
internal sealed partial class Records : IRule
{
    private const string Folder = "docs/adr";

    public string Sentence => "Every ADR has a number of its own, its title and its date";

    public IEnumerable<SourceTree> Bad =>
    [
        SourceTree.Of(("docs/adr/etcd.md", "# 0001: Etcd\n\nDate: 2026-11-20\n")),
        SourceTree.Of(("docs/adr/0001-etcd.md", "# 0002: Etcd\n\nDate: 2026-11-20\n")),
        SourceTree.Of(("docs/adr/0001-etcd.md", "# 0001: Etcd\n\nSome day.\n")),
        SourceTree.Of(("docs/adr/0001-etcd.md", "# 0001: Etcd\n\nDate: 2026-13-20\n")),
        SourceTree.Of(("docs/adr/0001-a.md", "# 0001: A\n\nDate: 2026-11-20\n"), ("docs/adr/0001-b.md", "# 0001: B\n\nDate: 2026-11-20\n")),
    ];

    public IEnumerable<SourceTree> Good =>
        [SourceTree.Of(("docs/adr/0001-a.md", "# 0001: A\n\nDate: 2026-11-20\n"), ("docs/adr/README.md", "The records."))];

    public IEnumerable<Finding> Check(SourceTree tree)
    {
        var numbers = new HashSet<string>();
        foreach (var path in tree.Named(".md", Folder).Where(path => path != $"{Folder}/README.md"))
        {
            var name = Name().Match(path[(Folder.Length + 1)..]);
            if (!name.Success)
            {
                yield return new(path, 1, "is not named NNNN-title.md.");
                continue;
            }

            var number = name.Groups[1].Value;
            if (!numbers.Add(number)) yield return new(path, 1, $"{number} is taken.");
            if (!tree.Files[path].StartsWith($"# {number}: ", StringComparison.Ordinal)) yield return new(path, 1, $"does not begin with '# {number}: '.");
            if (!tree.Lines(path).Any(line => IsDate(line.Text))) yield return new(path, 3, "has no line 'Date: yyyy-mm-dd'.");
        }
    }

    private static bool IsDate(string line) =>
        line.StartsWith("Date: ", StringComparison.Ordinal)
        && DateOnly.TryParseExact(line["Date: ".Length..], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    [GeneratedRegex("^([0-9]{4})-[a-z0-9-]+[.]md$")]
    private static partial Regex Name();
}
