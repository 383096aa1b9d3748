using System.Text.RegularExpressions;

namespace Keelson.Tidy.Rules;

/// <summary>The repository says nothing of the machines that it was made on.</summary>
internal sealed partial class Traces : IRule
{
    // Wherever this suite was built, that place is nobody else's.
    private static readonly string Checkout = FindCheckout();

    public string Sentence => "No file names a package registry or a path of somebody's machine";

    public IEnumerable<SourceTree> Bad =>
    [
        SourceTree.Of(("NuGet.config", "<add value=\"https" + "://feed.nuget.example/v3\" />")),
        SourceTree.Of(("docs/a.md", "It lies in /home" + "/somebody/keelson.")),
        SourceTree.Of(("tests/A.cs", $"var facts = \"{Checkout}/facts\";")),
    ];

    public IEnumerable<SourceTree> Good => [SourceTree.Of(("docs/a.md", "Images come from registry.k8s.io; CNI is in /opt/cni/bin."))];

    public IEnumerable<Finding> Check(SourceTree tree) =>
        from path in tree.Paths
        from line in tree.Lines(path)
        let trace = Find(line.Text)
        where trace is not null
        select new Finding(path, line.Number, $"{trace}.");

    private static string? Find(string text)
    {
        if (text.Contains(Checkout, StringComparison.Ordinal)) return "the place of this checkout";
        return Pattern().Match(text) is { Success: true } match ? match.Value : null;
    }

    private static string FindCheckout()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder.Parent is not null && !File.Exists(Path.Combine(folder.FullName, "Keelson.slnx"))) folder = folder.Parent;
        return folder.FullName;
    }

    // Ann is nobody: tests that need a person's folder use hers.
    [GeneratedRegex(@"https?://[\w.-]*(nuget|npmjs|pypi|debian)[\w.-]*|/(home|Users)/(?!ann\b)\w+", RegexOptions.IgnoreCase)]
    private static partial Regex Pattern();
}
