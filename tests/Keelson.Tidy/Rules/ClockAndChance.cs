using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Keelson.Tidy.Rules;

/// <summary>What makes the virtual clock and repeatable runs possible.</summary>
internal sealed class ClockAndChance : IRule
{
    private static readonly string[] Folders = ["src/Keelson.Api", "src/Keelson.Storage", "src/Keelson.Server", "src/Keelson.Control"];

    private static readonly string[] BannedMembers =
    [
        "DateTime.Now", "DateTime.UtcNow", "DateTime.Today", "DateTimeOffset.Now", "DateTimeOffset.UtcNow",
        "Environment.TickCount", "Environment.TickCount64", "Guid.NewGuid", "Guid.CreateVersion7", "Random.Shared",
        "RandomNumberGenerator.GetBytes", "RandomNumberGenerator.GetInt32", "RandomNumberGenerator.Fill",
        "TimeProvider.System",
    ];

    // A type, and the argument count up to which its constructor takes the system's clock or chance.
    private static readonly Dictionary<string, int> BannedConstructors = new()
    {
        ["Random"] = 0,
        ["PeriodicTimer"] = 1,
        ["Timer"] = int.MaxValue,
    };

    public string Sentence => "Nothing in Api, Storage, Server and Control reads the clock or chance itself";

    public IEnumerable<SourceTree> Bad =>
    [
        Code("var now = DateTime.UtcNow;"),
        Code("var now = System.DateTimeOffset.UtcNow;"),
        Code("var id = Guid.NewGuid();"),
        Code("var random = new Random();"),
        Code("Random random = new();"),
        Code("var watch = Stopwatch.StartNew();"),
        Code("using var timer = new PeriodicTimer(period);"),
        Code("var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(1));"),
        Code("cancel.CancelAfter(1000);"),
    ];

    public IEnumerable<SourceTree> Good =>
    [
        Code("var now = _time.GetUtcNow(); // not DateTime.UtcNow"),
        Code("var random = new Random(seed);"),
        Code("using var timer = new PeriodicTimer(period, _time);"),
        Code("var cancel = new CancellationTokenSource(limit, _time);"),
        Code("var cancel = new CancellationTokenSource();"),
        SourceTree.Of(("src/Keelson.Node/A.cs", "var now = DateTime.UtcNow;")),
    ];

    public IEnumerable<Finding> Check(SourceTree tree) =>
        from path in tree.Named(".cs", Folders)
        from node in tree.Syntax(path).DescendantNodes()
        let banned = Banned(node)
        where banned is not null
        select new Finding(path, node.GetLocation().GetLineSpan().StartLinePosition.Line + 1,
            $"{banned}: pass in a TimeProvider or a seeded source.");

    private static string? Banned(SyntaxNode node) => node switch
    {
        MemberAccessExpressionSyntax access => Banned(access),
        IdentifierNameSyntax { Identifier.Text: "Stopwatch" } => "Stopwatch",
        ObjectCreationExpressionSyntax creation => Banned(creation.Type.ToString(), creation.ArgumentList),
        ImplicitObjectCreationExpressionSyntax { Parent.Parent.Parent: VariableDeclarationSyntax variable } creation =>
            Banned(variable.Type.ToString(), creation.ArgumentList),
        _ => null,
    };

    private static string? Banned(MemberAccessExpressionSyntax access)
    {
        // Linked sources have no time of their own, so the one-argument form is always the system's.
        if (access.Name.Identifier.Text == "CancelAfter") return "CancelAfter";
        var text = access.ToString();
        return Array.Find(BannedMembers, banned => text == banned || text.EndsWith("." + banned, StringComparison.Ordinal));
    }

    private static string? Banned(string type, ArgumentListSyntax? arguments)
    {
        var name = type[(type.LastIndexOf('.') + 1)..];
        var count = arguments?.Arguments.Count ?? 0;
        if (name == "CancellationTokenSource") return count == 1 ? "a CancellationTokenSource without TimeProvider" : null;
        return BannedConstructors.TryGetValue(name, out var most) && count <= most ? $"new {name}" : null;
    }

    private static SourceTree Code(string statement) => SourceTree.Of(("src/Keelson.Storage/A.cs", statement));
}
