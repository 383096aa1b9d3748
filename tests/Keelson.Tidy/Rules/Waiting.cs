using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Keelson.Tidy.Rules;

/// <summary>Product code waits on a clock that can be turned; tests wait for a condition.</summary>
internal sealed class Waiting : IRule
{
    // The last is for peers in processes of their own, whose clock nobody can turn.
    private static readonly string[] Names = ["Wait", "Until", "Eventually", "PassTime"];

    public string Sentence => "Nothing sleeps: src waits on a TimeProvider, tests wait for a condition";

    public IEnumerable<SourceTree> Bad =>
    [
        Code("src", "Thread.Sleep(10);"),
        Code("src", "await Task.Delay(10);"),
        Code("src", "await Task.Delay(pause, cancel);"),
        Code("tests", "await Task.Delay(10);"),
        Code("tests", "await Task.Delay(Timeout.Infinite);"),
        Code("tests", "System.Threading.Thread.Sleep(10);"),
    ];

    public IEnumerable<SourceTree> Good =>
    [
        Code("src", "await Task.Delay(pause, _time, cancel);"),
        Code("tests", "await Task.Delay(pause, clock);"),
        Code("src", "await Task.Delay(Timeout.Infinite, cancel);"),
        SourceTree.Of(("tests/A.cs", "class Waiting { async Task UntilAsync() { await Task.Delay(10); } }")),
        Code("tests", "await Task.WhenAny(answer, Task.Delay(10));"),
        SourceTree.Of(("tests/A.cs", "class A { async Task WaitForAsync() { await Task.Delay(10); } }")),
    ];

    public IEnumerable<Finding> Check(SourceTree tree)
    {
        foreach (var path in tree.Named(".cs", "src", "tests"))
        {
            foreach (var call in tree.Syntax(path).DescendantNodes().OfType<InvocationExpressionSyntax>())
            {
                if (!Sleeps(call) || (path.StartsWith("tests/", StringComparison.Ordinal) && IsNamedForIt(call))) continue;
                var line = call.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
                yield return new(path, line, $"{call}: wait on a TimeProvider; in tests, in a method named WaitFor...");
            }
        }
    }

    private static bool Sleeps(InvocationExpressionSyntax call)
    {
        var called = call.Expression.ToString();
        if (called is "Thread.Sleep" or "System.Threading.Thread.Sleep") return true;
        if (called is not ("Task.Delay" or "System.Threading.Tasks.Task.Delay")) return false;
        var arguments = call.ArgumentList.Arguments;
        // Without end it is no sleep: it waits to be cancelled.
        if (arguments[0].ToString() is "Timeout.Infinite" or "Timeout.InfiniteTimeSpan" && arguments.Count == 2) return false;
        return arguments.Count < 2 || !LooksLikeClock(arguments[1].Expression.ToString());
    }

    private static bool LooksLikeClock(string argument) =>
        argument.Contains("time", StringComparison.OrdinalIgnoreCase) || argument.Contains("clock", StringComparison.OrdinalIgnoreCase);

    // A poll with a deadline has to pause somewhere, and the place says so by its name; beside something else
    // that is waited for, a delay is a deadline and no sleep.
    private static bool IsNamedForIt(SyntaxNode call) => call.Ancestors().Any(node => node switch
    {
        InvocationExpressionSyntax outer => outer.Expression.ToString() == "Task.WhenAny",
        MethodDeclarationSyntax method => IsNamedForIt(method.Identifier.Text),
        LocalFunctionStatementSyntax method => IsNamedForIt(method.Identifier.Text),
        BaseTypeDeclarationSyntax type => IsNamedForIt(type.Identifier.Text),
        _ => false,
    });

    private static bool IsNamedForIt(string name) =>
        Array.Exists(Names, start => name.StartsWith(start, StringComparison.Ordinal));

    private static SourceTree Code(string folder, string statement) =>
        SourceTree.Of(($"{folder}/A.cs", $"class A {{ async Task M() {{ {statement} }} }}"));
}
