using System.Xml;
using System.Xml.Linq;

namespace Keelson.Tidy.Rules;

/// <summary>Every dependency was chosen once, with a reason.</summary>
internal sealed class Packages : IRule
{
    private const string Central = "Directory.Packages.props";

    public string Sentence => "Package versions are central, each package is used, and an ADR says why";

    public IEnumerable<SourceTree> Bad =>
    [
        Sample("<PackageReference Include=\"Oak\" Version=\"1.0.0\" />", "Oak"),
        Sample("<PackageReference Include=\"Oak\" /><PackageReference Include=\"Elm\" />", "Oak, Elm"),
        Sample("<PackageReference Include=\"Oak\" />", "nothing"),
        Sample("", "Oak"),
    ];

    public IEnumerable<SourceTree> Good => [Sample("<PackageReference Include=\"Oak\" />", "`Oak`")];

    public IEnumerable<Finding> Check(SourceTree tree)
    {
        var central = tree.Xml(Central).Descendants("PackageVersion").ToDictionary(Name);
        var used = new HashSet<string>();
        string[] files = [.. tree.Named(".csproj"), .. tree.Named("Directory.Build.props")];
        foreach (var path in files)
        {
            foreach (var reference in tree.Xml(path).Descendants("PackageReference"))
            {
                used.Add(Name(reference));
                if (reference.Attribute("Version") is not null) yield return new(path, Line(reference), $"{Name(reference)} has its own version.");
                if (!central.ContainsKey(Name(reference))) yield return new(path, Line(reference), $"{Name(reference)} has no version in {Central}.");
            }
        }

        var records = string.Concat(tree.Named(".md", "docs/adr").Select(path => tree.Files[path]));
        foreach (var (name, version) in central)
        {
            // A pin of what another package brings along is in no project; a comment before it says so.
            var isPin = version.NodesBeforeSelf().LastOrDefault(node => node is not XText) is XComment;
            if (!used.Contains(name) && !isPin) yield return new(Central, Line(version), $"no project uses {name}.");
            if (!records.Contains(name, StringComparison.Ordinal)) yield return new(Central, Line(version), $"no ADR names {name}.");
        }
    }

    private static string Name(XElement element) => element.Attribute("Include")!.Value;

    private static int Line(IXmlLineInfo element) => element.LineNumber;

    private static SourceTree Sample(string references, string record) => SourceTree.Of(
        (Central, "<Project><ItemGroup>\n<PackageVersion Include=\"Oak\" Version=\"1.0.0\" />\n</ItemGroup></Project>"),
        ("src/A/A.csproj", $"<Project><ItemGroup>\n{references}\n</ItemGroup></Project>"),
        ("docs/adr/0001-trees.md", $"We use {record}."));
}
