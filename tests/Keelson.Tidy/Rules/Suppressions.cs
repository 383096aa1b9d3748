using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Keelson.Tidy.Rules;

/// <summary>A warning that is turned off says why.</summary>
internal sealed class Suppressions : IRule
{
    public string Sentence => "No warning is turned off without a reason beside it";

    public IEnumerable<SourceTree> Bad =>
    [
        SourceTree.Of(("src/A.cs", "class A\n{\n#pragma warning disable CA1000\n}")),
        SourceTree.Of(("src/A.cs", "[SuppressMessage(\"Usage\", \"CA1000\")]\nclass A { }")),
        SourceTree.Of(("src/A.cs", "[SuppressMessage(\"Usage\", \"CA1000\", Justification = \"\")]\nclass A { }")),
        SourceTree.Of(("src/A.csproj", "<Project><PropertyGroup>\n<NoWarn>$(NoWarn);CA1000</NoWarn></PropertyGroup></Project>")),
    ];

    public IEnumerable<SourceTree> Good =>
    [
        SourceTree.Of(("src/A.cs", "class A\n{\n#pragma warning disable CA1000 // A reason.\n}")),
        SourceTree.Of(("src/A.cs", "class A\n{\n    // A reason.\n#pragma warning disable CA1000\n}")),
        SourceTree.Of(("src/A.cs", "[SuppressMessage(\"Usage\", \"CA1000\", Justification = \"A reason.\")]\nclass A { }")),
        SourceTree.Of(("src/A.csproj", "<Project><PropertyGroup>\n<!-- A reason. -->\n<NoWarn>$(NoWarn);CA1000</NoWarn></PropertyGroup></Project>")),
    ];

    public IEnumerable<Finding> Check(SourceTree tree) =>
        tree.Named(".cs").SelectMany(path => Pragmas(tree, path).Concat(Attributes(tree, path)))
            .Concat(tree.Named("proj").Concat(tree.Named(".props")).SelectMany(path => Properties(tree, path)));

    private static IEnumerable<Finding> Pragmas(SourceTree tree, string path)
    {
        string[] lines = [.. tree.Lines(path).Select(line => line.Text)];
        foreach (var trivia in tree.Syntax(path).DescendantTrivia())
        {
            if (trivia.GetStructure() is not PragmaWarningDirectiveTriviaSyntax pragma) continue;
            if (!pragma.DisableOrRestoreKeyword.IsKind(SyntaxKind.DisableKeyword)) continue;
            var line = pragma.GetLocation().GetLineSpan().StartLinePosition.Line;
            if (lines[line].Contains("//", StringComparison.Ordinal)) continue;
            if (line > 0 && lines[line - 1].TrimStart().StartsWith("//", StringComparison.Ordinal)) continue;
            yield return new(path, line + 1, $"{lines[line].Trim()} without a comment that says why.");
        }
    }

    private static IEnumerable<Finding> Attributes(SourceTree tree, string path) =>
        from attribute in tree.Syntax(path).DescendantNodes().OfType<AttributeSyntax>()
        where attribute.Name.ToString() is "SuppressMessage" or "UnconditionalSuppressMessage"
        let reason = attribute.ArgumentList?.Arguments
            .FirstOrDefault(argument => argument.NameEquals?.Name.Identifier.Text == "Justification")
        where reason is null || reason.Expression.ToString() == "\"\""
        select new Finding(path, attribute.GetLocation().GetLineSpan().StartLinePosition.Line + 1, "no Justification.");

    private static IEnumerable<Finding> Properties(SourceTree tree, string path) =>
        from property in tree.Xml(path).Descendants("NoWarn")
        where property.NodesBeforeSelf().LastOrDefault(node => node is not XText) is not XComment
        select new Finding(path, ((System.Xml.IXmlLineInfo)property).LineNumber, "NoWarn without a comment before it.");
}
