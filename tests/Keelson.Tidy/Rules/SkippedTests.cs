using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Keelson.Tidy.Rules;

/// <summary>A test that does not run says what is missing.</summary>
internal sealed class SkippedTests : IRule
{
    private const int ShortestReason = 10;

    public string Sentence => "No test is skipped without a reason";

    public IEnumerable<SourceTree> Bad =>
    [
        Code("[Fact(Skip = \"\")]", ""),
        Code("[Theory(Skip = \"flaky\")]", ""),
        Code("[Fact(Explicit = true)]", ""),
        Code("[Fact]", "Assert.Skip(\"no\");"),
        Code("[Fact]", "Assert.SkipUnless(Etcd.IsInstalled, \"\");"),
    ];

    public IEnumerable<SourceTree> Good =>
    [
        Code("[Fact(Skip = \"The kernel has no nftables.\")]", ""),
        Code("[Fact]", "Assert.SkipUnless(Etcd.IsInstalled, \"etcd is not installed.\");"),
        Code("[Fact]", "Assert.SkipUnless(Etcd.IsInstalled, Etcd.WhyNot);"),
    ];

    public IEnumerable<Finding> Check(SourceTree tree) =>
        from path in tree.Named(".cs", "tests")
        from node in tree.Syntax(path).DescendantNodes()
        let message = node switch
        {
            AttributeArgumentSyntax argument => Check(argument),
            InvocationExpressionSyntax call => Check(call),
            _ => null,
        }
        where message is not null
        select new Finding(path, node.GetLocation().GetLineSpan().StartLinePosition.Line + 1, message);

    private static string? Check(AttributeArgumentSyntax argument) => argument.NameEquals?.Name.Identifier.Text switch
    {
        "Skip" when !IsReason(argument.Expression) => "Skip without a reason.",
        "Explicit" => "an explicit test runs nowhere; slow ones look at KEELSON_TEST_ALL.",
        _ => null,
    };

    private static string? Check(InvocationExpressionSyntax call)
    {
        if (!call.Expression.ToString().StartsWith("Assert.Skip", StringComparison.Ordinal)) return null;
        return call.ArgumentList.Arguments.LastOrDefault() is { } last && IsReason(last.Expression) ? null : "skips without a reason.";
    }

    private static bool IsReason(ExpressionSyntax expression) =>
        !expression.IsKind(SyntaxKind.StringLiteralExpression)
        || ((LiteralExpressionSyntax)expression).Token.ValueText.Length >= ShortestReason;

    private static SourceTree Code(string attribute, string body) =>
        SourceTree.Of(("tests/A.cs", $"class A {{ {attribute} void Works() {{ {body} }} }}"));
}
