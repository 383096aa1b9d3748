using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Keelson.Tidy.Rules;

/// <summary>Names that say what a thing is, where these say only that it is somewhere.</summary>
internal sealed class Names : IRule
{
    private static readonly string[] Banned = ["Util", "Utils", "Utility", "Utilities", "Helper", "Helpers", "Common", "Manager"];

    // Kubernetes' own words: whoever manages a field is its field manager.
    private static readonly string[] Terms = ["FieldManager"];

    public string Sentence => "No folder and no type is called Util, Helper, Common or Manager";

    public IEnumerable<SourceTree> Bad =>
    [
        SourceTree.Of(("src/Keelson.Api/Utils/A.cs", "")),
        SourceTree.Of(("docs/common/a.md", "")),
        SourceTree.Of(("src/A.cs", "static class StringHelper { }")),
        SourceTree.Of(("src/A.cs", "interface IManager { }")),
        SourceTree.Of(("src/A.cs", "record Common;")),
    ];

    public IEnumerable<SourceTree> Good => [SourceTree.Of(("src/Keelson.Api/Commons/A.cs", "class Managed { } class CommonName { } class FieldManager { }"))];

    public IEnumerable<Finding> Check(SourceTree tree) => Folders(tree).Concat(Types(tree));

    private static IEnumerable<Finding> Folders(SourceTree tree) =>
        from path in tree.Paths
        from folder in path.Split('/')[..^1]
        where Banned.Contains(folder, StringComparer.OrdinalIgnoreCase)
        select new Finding(path, 1, $"a folder called {folder}.");

    private static IEnumerable<Finding> Types(SourceTree tree) =>
        from path in tree.Named(".cs")
        from type in tree.Syntax(path).DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
        let name = type.Identifier.Text
        where !Terms.Contains(name) && Banned.Any(banned => banned == "Common" ? name is "Common" or "ICommon" : name.EndsWith(banned, StringComparison.Ordinal))
        select new Finding(path, type.GetLocation().GetLineSpan().StartLinePosition.Line + 1, $"a type called {name}.");
}
