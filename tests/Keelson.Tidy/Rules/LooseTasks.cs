using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Keelson.Tidy.Rules;

/// <summary>Every task has an owner that awaits it, so that its failure is seen.</summary>
internal sealed class LooseTasks : IRule
{
    public string Sentence => "No task is started and forgotten, no method is async void";

    public IEnumerable<SourceTree> Bad =>
    [
        Code("_ = RunAsync(cancel);"),
        Code("_ = Task.Run(Work);"),
        Code("_ = _loop.RunAsync(cancel).ContinueWith(Note);"),
        Code("_ = Task.Factory.StartNew(Work);"),
        SourceTree.Of(("src/A.cs", "class A { async void M() { } }")),
    ];

    public IEnumerable<SourceTree> Good =>
    [
        Code("_running = Task.Run(Work);"),
        Code("await RunAsync(cancel);"),
        Code("_ = _names.Remove(name);"),
        Code("_ = await RunAsync(cancel);"),
    ];

    public IEnumerable<Finding> Check(SourceTree tree) =>
        from path in tree.Named(".cs", "src", "tests", "bench")
        from node in tree.Syntax(path).DescendantNodes()
        let message = node switch
        {
            AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.Text: "_" }, Right: InvocationExpressionSyntax call }
                when StartsTask(call) => $"nobody awaits {call}",
            MethodDeclarationSyntax method when IsAsyncVoid(method.Modifiers, method.ReturnType) => $"{method.Identifier.Text} is async void",
            LocalFunctionStatementSyntax method when IsAsyncVoid(method.Modifiers, method.ReturnType) => $"{method.Identifier.Text} is async void",
            _ => null,
        }
        where message is not null
        select new Finding(path, node.GetLocation().GetLineSpan().StartLinePosition.Line + 1, message + ".");

    // The whole chain counts: a continuation hides the task that it continues.
    private static bool StartsTask(InvocationExpressionSyntax call) =>
        call.DescendantNodesAndSelf(node => node is InvocationExpressionSyntax or MemberAccessExpressionSyntax)
            .OfType<InvocationExpressionSyntax>()
            .Select(part => part.Expression.ToString())
            .Any(name => name.EndsWith("Async", StringComparison.Ordinal) || name is "Task.Run" or "Task.Factory.StartNew");

    private static bool IsAsyncVoid(SyntaxTokenList modifiers, TypeSyntax result) =>
        modifiers.Any(SyntaxKind.AsyncKeyword) && result is PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.VoidKeyword };

    private static SourceTree Code(string statement) => SourceTree.Of(("src/A.cs", $"class A {{ async Task M() {{ {statement} }} }}"));
}
