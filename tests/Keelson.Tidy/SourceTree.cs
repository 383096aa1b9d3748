using System.Collections.Concurrent;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Keelson.Tidy;

/// <summary>The text files that rules look at: the repository's, or a sample's.</summary>
internal sealed class SourceTree
{
    private static readonly string[] Ignored = ["bin", "obj", ".git", ".artifacts", ".vs", ".idea", "node_modules"];
    private static readonly string[] Binary = [".pb", ".png", ".gz", ".db", ".dll"];
    private static readonly Lazy<SourceTree> LazyRepository = new(ReadRepository);

    private readonly SortedDictionary<string, string> _files = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SyntaxTree> _syntax = new();

    private SourceTree() { }

    public static SourceTree Repository => LazyRepository.Value;

    /// <summary>Path, with slashes and from the root on, and content of every file.</summary>
    public IReadOnlyDictionary<string, string> Files => _files;

    public IEnumerable<string> Paths => _files.Keys;

    public static SourceTree Of(params (string Path, string Text)[] files)
    {
        var tree = new SourceTree();
        foreach (var (path, text) in files) tree._files[path] = text;
        return tree;
    }

    /// <summary>The files whose name ends so, in any of the folders (or anywhere).</summary>
    public IEnumerable<string> Named(string ending, params string[] folders) =>
        Paths.Where(path => path.EndsWith(ending, StringComparison.Ordinal)
            && (folders.Length == 0 || folders.Any(folder => path.StartsWith(folder + "/", StringComparison.Ordinal))));

    public IEnumerable<(int Number, string Text)> Lines(string path) =>
        _files[path].Split('\n').Select((text, index) => (index + 1, text.TrimEnd('\r')));

    public SyntaxNode Syntax(string path) => _syntax.GetOrAdd(path, Parse).GetRoot(TestContext.Current.CancellationToken);

    public XDocument Xml(string path) => XDocument.Parse(_files[path], LoadOptions.SetLineInfo);

    private SyntaxTree Parse(string path) =>
        CSharpSyntaxTree.ParseText(_files[path], new CSharpParseOptions(LanguageVersion.Preview), path);

    private static SourceTree ReadRepository()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Keelson.slnx")))
        {
            root = root.Parent ?? throw new InvalidOperationException($"No Keelson.slnx above {AppContext.BaseDirectory}.");
        }

        var tree = new SourceTree();
        tree.Read(root, "");
        return tree;
    }

    private void Read(DirectoryInfo folder, string prefix)
    {
        foreach (var file in folder.EnumerateFiles())
        {
            // A worktree has a file of this name where a clone has a folder.
            if (file.Name == ".git" || Binary.Contains(file.Extension)) continue;
            _files[prefix + file.Name] = File.ReadAllText(file.FullName);
        }

        foreach (var inner in folder.EnumerateDirectories())
        {
            if (inner.LinkTarget is null && !Ignored.Contains(inner.Name)) Read(inner, $"{prefix}{inner.Name}/");
        }
    }
}
