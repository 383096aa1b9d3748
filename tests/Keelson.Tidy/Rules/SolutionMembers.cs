namespace Keelson.Tidy.Rules;

/// <summary>What is not in the solution is not built, and nobody notices.</summary>
internal sealed class SolutionMembers : IRule
{
    private const string Solution = "Keelson.slnx";

    public string Sentence => "Every project is in the solution, and every project of the solution exists";

    public IEnumerable<SourceTree> Bad =>
    [
        SourceTree.Of((Solution, "<Solution />"), ("src/A/A.csproj", "<Project />")),
        SourceTree.Of((Solution, "<Solution>\n<Project Path=\"src/A/A.csproj\" />\n</Solution>")),
    ];

    public IEnumerable<SourceTree> Good =>
        [SourceTree.Of((Solution, "<Solution><Project Path=\"src/A/A.csproj\" /></Solution>"), ("src/A/A.csproj", "<Project />"))];

    public IEnumerable<Finding> Check(SourceTree tree)
    {
        var projects = tree.Named(".csproj").ToHashSet();
        var members = tree.Xml(Solution).Descendants("Project").ToDictionary(project => project.Attribute("Path")!.Value);
        return projects.Where(path => !members.ContainsKey(path))
            .Select(path => new Finding(path, 1, $"is not in {Solution}."))
            .Concat(members.Where(member => !projects.Contains(member.Key))
                .Select(member => new Finding(Solution, ((System.Xml.IXmlLineInfo)member.Value).LineNumber, $"{member.Key} does not exist.")));
    }
}
