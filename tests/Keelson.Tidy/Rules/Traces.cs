using System.Text.RegularExpressions;

namespace Keelson.Tidy.Rules;

/// <summary>The repository says nothing of the machines that it was made on.</summary>
internal sealed partial class Traces : IRule
{
    public string Sentence => "No file names a package registry or a path of somebody's machine";

    public IEnumerable<SourceTree> Bad =>
    [
        SourceTree.Of(("NuGet.config", "<add value=\"https" + "://feed.nuget.example/v3\" />")),
        SourceTree.Of(("docs/a.md", "It lies in /home" + "/somebody/keelson.")),
        SourceTree.Of(("tests/A.cs", "var facts = \"/somewhere" + "/shared/facts\";")),
    ];

    public IEnumerable<SourceTree> Good => [SourceTree.Of(("docs/a.md", "Images come from registry.k8s.io; CNI is in /opt/cni/bin."))];

    public IEnumerable<Finding> Check(SourceTree tree) =>
        from path in tree.Paths
        from line in tree.Lines(path)
        let trace = Pattern().Match(line.Text)
        where trace.Success
        select new Finding(path, line.Number, $"{trace.Value}.");

    // A registry's address, a person's folder, an absolute path to a checkout or what lies beside one. Ann is nobody:
    // tests that need a person's folder use hers.
    [GeneratedRegex(@"https?://[\w.-]*(nuget|npmjs|pypi|debian)[\w.-]*|/(home|Users)/(?!ann\b)\w+|(?<![\w.}*/-])/\w+/(shared|main)/", RegexOptions.IgnoreCase)]
    private static partial Regex Pattern();
}
