using Keelson.Api.Cel.Library;
using Keelson.Api.Cel.Syntax;
using Keelson.Api.Structural.Patterns;

namespace Keelson.Api.Cel.Checking;

/// <summary>Finds literals that some functions can't take, so that they are told when an expression is written.</summary>
internal static class LiteralCheck
{
    public static void Check(CelNode node, List<CelIssue> issues)
    {
        if (node is CallNode call) Check(call, issues);
        foreach (var child in node.Children) Check(child, issues);
    }

    private static void Check(CallNode call, List<CelIssue> issues)
    {
        if (call.Arguments is not [.., LiteralNode { Value: string text } literal]) return;
        switch (call.Function)
        {
            case "matches" when !Pattern.TryGet(text, out _, out var error):
                issues.Add(new CelIssue(literal.Position, $"invalid matches argument: {error}"));
                break;
            case "duration" when !Duration.TryParse(text, out _, out _):
                issues.Add(new CelIssue(literal.Position, "invalid duration argument"));
                break;
            case "timestamp" when Conversions.ParseTimestamp(text) is null:
                issues.Add(new CelIssue(literal.Position, "invalid timestamp argument"));
                break;
        }
    }
}
