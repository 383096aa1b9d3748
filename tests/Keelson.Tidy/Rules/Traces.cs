namespace Keelson.Tidy.Rules;

/// <summary>The repository says nothing of the machines that it was made on.</summary>
internal sealed class Traces : IRule
{
    // In halves, so that this file keeps the rule.
    private static readonly string[] Banned =
    [
        "nuget." + "org", "npmjs." + "org", "npmjs." + "com", "pypi." + "org", "crates." + "io", "proxy.golang." + "org",
        "/tmp/" + "wt", "/work/" + "main", "/work/" + "shared", "/home/" + "runner", "/root/" + ".",
    ];

    public string Sentence => "No file names a package registry or a path of somebody's machine";

    public IEnumerable<SourceTree> Bad =>
    [
        SourceTree.Of(("NuGet.config", "<add value=\"https://api.nuget." + "org/v3\" />")),
        SourceTree.Of(("tests/A.cs", "var facts = \"/work/" + "shared/facts\";")),
    ];

    public IEnumerable<SourceTree> Good => [SourceTree.Of(("docs/a.md", "Images come from registry.k8s.io; CNI is in /opt/cni/bin."))];

    public IEnumerable<Finding> Check(SourceTree tree) =>
        from path in tree.Paths
        from line in tree.Lines(path)
        from banned in Banned
        where line.Text.Contains(banned, StringComparison.OrdinalIgnoreCase)
        select new Finding(path, line.Number, $"{banned}.");
}
