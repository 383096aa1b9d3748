using System.Xml;

namespace Keelson.Tidy.Rules;

/// <summary>Which way the parts depend on each other.</summary>
internal sealed class ProjectReferences : IRule
{
    // Left out: tests and bench, which may use what they test. docs/ARCHITECTURE.md has the same table.
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Keelson.Api"] = [],
        ["Keelson.Api.Generator"] = [],
        ["Keelson.Rpc"] = [],
        ["Keelson.Storage"] = ["Keelson.Rpc"],
        ["Keelson.Client"] = ["Keelson.Api"],
        ["Keelson.Server"] = ["Keelson.Api", "Keelson.Storage", "Keelson.Client"],
        ["Keelson.Control"] = ["Keelson.Api", "Keelson.Client"],
        ["Keelson.Node"] = ["Keelson.Api", "Keelson.Client", "Keelson.Rpc"],
        ["Keelson.Testing"] =
        [
            "Keelson.Api", "Keelson.Rpc", "Keelson.Storage", "Keelson.Client", "Keelson.Server", "Keelson.Control",
            "Keelson.Node",
        ],
        ["Keelson"] =
        [
            "Keelson.Api", "Keelson.Rpc", "Keelson.Storage", "Keelson.Client", "Keelson.Server", "Keelson.Control",
            "Keelson.Node", "Keelson.Testing",
        ],
    };

    public string Sentence => "Projects reference only what the design's table allows";

    public IEnumerable<SourceTree> Bad =>
    [
        Project("Keelson.Storage", "../Keelson.Api/Keelson.Api.csproj"),
        Project("Keelson.Node", "..\\Keelson.Server\\Keelson.Server.csproj"),
        Project("Keelson.Unheard", "../Keelson.Api/Keelson.Api.csproj"),
        SourceTree.Of(("src/Keelson.Api/Keelson.Api.csproj", "<Project><ItemGroup>\n<InternalsVisibleTo Include=\"Keelson.Server\" />\n</ItemGroup></Project>")),
    ];

    public IEnumerable<SourceTree> Good =>
    [
        Project("Keelson.Storage", "../Keelson.Rpc/Keelson.Rpc.csproj"),
        SourceTree.Of(("src/Keelson.Api/Keelson.Api.csproj", "<Project><ItemGroup>\n<ProjectReference Include=\"../Keelson.Api.Generator/Keelson.Api.Generator.csproj\" OutputItemType=\"Analyzer\" />\n</ItemGroup></Project>")),
    ];

    public IEnumerable<Finding> Check(SourceTree tree)
    {
        foreach (var path in tree.Named(".csproj", "src"))
        {
            var project = NameOf(path);
            if (!Allowed.TryGetValue(project, out var allowed))
            {
                yield return new(path, 1, $"{project} is not in the table of projects.");
                continue;
            }

            foreach (var reference in tree.Xml(path).Descendants("ProjectReference"))
            {
                // The compiler runs an analyzer; the project does not see it.
                if (reference.Attribute("OutputItemType")?.Value == "Analyzer") continue;
                var target = NameOf(reference.Attribute("Include")!.Value);
                if (!allowed.Contains(target)) yield return new(path, Line(reference), $"{project} must not reference {target}.");
            }

            foreach (var friend in tree.Xml(path).Descendants("InternalsVisibleTo"))
            {
                var name = friend.Attribute("Include")!.Value;
                if (name != "Keelson.Testing" && name != "Keelson.Bench" && !name.EndsWith(".Tests", StringComparison.Ordinal))
                {
                    yield return new(path, Line(friend), $"{project} shows its internals to {name}, which is no test.");
                }
            }
        }
    }

    private static string NameOf(string path) => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'));

    private static int Line(IXmlLineInfo element) => element.LineNumber;

    private static SourceTree Project(string name, string reference) => SourceTree.Of(
        ($"src/{name}/{name}.csproj", $"<Project><ItemGroup>\n<ProjectReference Include=\"{reference}\" />\n</ItemGroup></Project>"));
}
