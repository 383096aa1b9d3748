using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Keelson.Tidy.Rules;

/// <summary>A method that one can see at once.</summary>
internal sealed class MethodLength : IRule
{
    public const int Limit = 80;

    public string Sentence => "No method has more than 80 lines";

    public IEnumerable<SourceTree> Bad =>
    [
        Method("void M() {", Limit),
        Method("int P { get {", Limit, "} }"),
        SourceTree.Of(("src/Program.cs", string.Concat(Enumerable.Repeat("Run();\n", Limit + 1)))),
    ];

    public IEnumerable<SourceTree> Good => [Method("void M() {", Limit - 2)];

    public IEnumerable<Finding> Check(SourceTree tree)
    {
        foreach (var path in tree.Named(".cs"))
        {
            var root = tree.Syntax(path);
            foreach (var node in root.DescendantNodes())
            {
                if (node is not (BaseMethodDeclarationSyntax or AccessorDeclarationSyntax)) continue;
                if (Lines(node.GetLocation()) is var lines && lines > Limit)
                {
                    yield return new(path, Start(node), $"a method of {lines} lines.");
                }
            }

            var statements = root.ChildNodes().OfType<GlobalStatementSyntax>().ToList();
            if (statements.Count == 0) continue;
            var all = statements[^1].GetLocation().GetLineSpan().EndLinePosition.Line - Start(statements[0]) + 2;
            if (all > Limit) yield return new(path, Start(statements[0]), $"{all} lines of statements outside of a method.");
        }
    }

    private static int Lines(Location location) =>
        location.GetLineSpan().EndLinePosition.Line - location.GetLineSpan().StartLinePosition.Line + 1;

    private static int Start(SyntaxNode node) => node.GetLocation().GetLineSpan().StartLinePosition.Line + 1;

    private static SourceTree Method(string head, int lines, string tail = "}") => SourceTree.Of(
        ("src/A.cs", $"class A {{ {head}\n{string.Concat(Enumerable.Repeat("Run();\n", lines))}{tail}\n}}"));
}
