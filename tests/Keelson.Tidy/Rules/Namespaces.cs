using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Keelson.Tidy.Rules;

/// <summary>Whoever knows a type's name knows its file.</summary>
internal sealed class Namespaces : IRule
{
    // Folders of what every declared kind needs: a namespace of their own would be a using in a thousand files.
    private static readonly Dictionary<string, string> Exceptions = new()
    {
        ["src/Keelson.Api/Primitives"] = "Keelson.Api",
        ["src/Keelson.Api/Declaration"] = "Keelson.Api",
        ["src/Keelson.Api/Catalog"] = "Keelson.Api",
        ["src/Keelson.Api/Rules"] = "Keelson.Api",
    };

    // Folders whose outer face, a type or two, stands in the project's own namespace.
    private static readonly Dictionary<string, string> Faces = new()
    {
        ["src/Keelson.Api/Codecs"] = "Keelson.Api",
        ["src/Keelson.Api/Documents"] = "Keelson.Api",
        ["src/Keelson.Api/Json"] = "Keelson.Api",
    };

    // What the compiler looks for by name and the oldest target framework lacks.
    private const string Polyfills = "Polyfills.cs";

    public string Sentence => "The namespace is the folder";

    public IEnumerable<SourceTree> Bad =>
    [
        SourceTree.Of(("src/Keelson.Api/Apps/A.cs", "namespace Keelson.Api;\nclass A { }")),
        SourceTree.Of(("src/Keelson.Api/A.cs", "class A { }")),
        SourceTree.Of(("src/Keelson.Api/Primitives/A.cs", "namespace Keelson.Api.Primitives;\nclass A { }")),
        SourceTree.Of(("src/Keelson.Api/A.cs", "namespace Keelson.Api { class A { } }")),
    ];

    public IEnumerable<SourceTree> Good =>
    [
        SourceTree.Of(("src/Keelson.Api/Apps/A.cs", "namespace Keelson.Api.Apps;\nclass A { }")),
        SourceTree.Of(("src/Keelson.Api/Primitives/A.cs", "namespace Keelson.Api;\nclass A { }")),
        SourceTree.Of(("src/Keelson.Api/Json/A.cs", "namespace Keelson.Api;\nclass A { }"), ("src/Keelson.Api/Json/B.cs", "namespace Keelson.Api.Json;\nclass B { }")),
        SourceTree.Of(("bench/Keelson.Bench/Program.cs", "Run();")),
    ];

    public IEnumerable<Finding> Check(SourceTree tree)
    {
        foreach (var path in tree.Named(".cs", "src", "tests", "bench"))
        {
            var root = (CompilationUnitSyntax)tree.Syntax(path);
            if (root.DescendantNodes().OfType<NamespaceDeclarationSyntax>().FirstOrDefault() is { } block)
            {
                yield return new(path, Line(block), "a namespace in braces.");
                continue;
            }

            var declared = root.Members.OfType<FileScopedNamespaceDeclarationSyntax>().FirstOrDefault();
            if (declared is null && !root.Members.OfType<BaseTypeDeclarationSyntax>().Any()) continue;
            var expected = Expected(path);
            var actual = declared?.Name.ToString();
            if (actual != expected && !IsFace(path, actual) && !path.EndsWith("/" + Polyfills, StringComparison.Ordinal))
            {
                yield return new(path, declared is null ? 1 : Line(declared), $"should be in the namespace {expected}.");
            }
        }
    }

    private static bool IsFace(string path, string? actual) =>
        Faces.TryGetValue(path[..path.LastIndexOf('/')], out var face) && face == actual;

    private static string Expected(string path)
    {
        var folder = path[..path.LastIndexOf('/')];
        foreach (var (exception, space) in Exceptions)
        {
            if (folder == exception) return space;
            if (folder.StartsWith(exception + "/", StringComparison.Ordinal)) return space + folder[exception.Length..].Replace('/', '.');
        }

        return folder[(folder.IndexOf('/') + 1)..].Replace('/', '.');
    }

    private static int Line(SyntaxNode node) => node.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
}
