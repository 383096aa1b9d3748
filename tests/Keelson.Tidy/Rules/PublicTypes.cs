using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Keelson.Tidy.Rules;

/// <summary>What others use says in a sentence what it is for.</summary>
internal sealed class PublicTypes : IRule
{
    public string Sentence => "Every public type has a summary";

    public IEnumerable<SourceTree> Bad =>
    [
        SourceTree.Of(("src/A.cs", "namespace N;\npublic sealed class A { }")),
        SourceTree.Of(("src/A.cs", "namespace N;\n// For something.\npublic enum A { }")),
        SourceTree.Of(("src/A.cs", "namespace N;\n/// <summary> </summary>\npublic interface A { }")),
        SourceTree.Of(("src/A.cs", "namespace N;\npublic partial class A { }"), ("src/A.B.cs", "namespace N;\npartial class A { }")),
        SourceTree.Of(("src/A.cs", "namespace N;\npublic delegate void A();")),
    ];

    public IEnumerable<SourceTree> Good =>
    [
        SourceTree.Of(("src/A.cs", "namespace N;\n/// <summary>For something.</summary>\npublic sealed class A { }")),
        SourceTree.Of(
            ("src/A.cs", "namespace N;\n/// <summary>For something.</summary>\npublic partial class A { }"),
            ("src/A.B.cs", "namespace N;\npublic partial class A { }")),
        SourceTree.Of(("src/A.cs", "namespace N;\ninternal sealed class A { }")),
    ];

    public IEnumerable<Finding> Check(SourceTree tree)
    {
        var types = tree.Named(".cs", "src")
            .SelectMany(path => tree.Syntax(path).DescendantNodes()
                .Where(node => node is (BaseTypeDeclarationSyntax or DelegateDeclarationSyntax) && node.Parent is not TypeDeclarationSyntax)
                .Select(node => (Path: path, Node: (MemberDeclarationSyntax)node)))
            .GroupBy(type => (Path.GetDirectoryName(type.Path), Name(type.Node)));
        foreach (var parts in types)
        {
            if (!parts.Any(part => part.Node.Modifiers.Any(SyntaxKind.PublicKeyword))) continue;
            if (parts.Any(part => HasSummary(part.Node))) continue;
            var (path, node) = parts.First();
            yield return new(path, node.GetLocation().GetLineSpan().StartLinePosition.Line + 1, $"{parts.Key.Item2} has no summary.");
        }
    }

    private static string Name(MemberDeclarationSyntax node) => node switch
    {
        TypeDeclarationSyntax type => type.Identifier.Text + type.TypeParameterList,
        BaseTypeDeclarationSyntax type => type.Identifier.Text,
        DelegateDeclarationSyntax type => type.Identifier.Text + type.TypeParameterList,
        _ => "",
    };

    private static bool HasSummary(MemberDeclarationSyntax node) =>
        node.GetLeadingTrivia().Select(trivia => trivia.GetStructure()).OfType<DocumentationCommentTriviaSyntax>()
            .SelectMany(comment => comment.Content)
            .Any(part => part switch
            {
                XmlElementSyntax { StartTag.Name.LocalName.Text: "summary" } summary =>
                    summary.Content.ToString().Trim('/', ' ', '\n', '\r').Length > 0,
                XmlEmptyElementSyntax { Name.LocalName.Text: "inheritdoc" } => true,
                _ => false,
            });
}
