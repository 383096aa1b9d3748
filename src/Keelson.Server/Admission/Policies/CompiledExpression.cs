using Keelson.Api.Cel;
using Keelson.Api.Cel.Checking;

namespace Keelson.Server.Admission.Policies;

/// <summary>An expression of a policy, compiled or not.</summary>
/// <param name="Error">What is wrong with it, in upstream's words; null when nothing is.</param>
internal sealed record CompiledExpression(string Text, CelProgram? Program, string? Error)
{
    public static CompiledExpression Compile(CelEnvironment environment, string text, params ReadOnlySpan<CelKind> kinds)
    {
        var program = CelProgram.Compile(environment, text, out var error);
        if (program is null) return new CompiledExpression(text, null, $"compilation failed: {error}");
        if (kinds.IsEmpty || kinds.Contains(program.ResultType.Kind)) return new CompiledExpression(text, program, null);
        var names = kinds.Length == 1 ? Name(kinds[0]) : $"{Name(kinds[0])} or {Name(kinds[1])}";
        return new CompiledExpression(text, null, kinds.Length == 1 ? $"must evaluate to {names}" : $"must evaluate to one of {names}");
    }

    private static string Name(CelKind kind) => kind switch
    {
        CelKind.Bool => "bool",
        CelKind.String => "string",
        CelKind.List => "list(JSONPatch)",
        CelKind.Object => "Object",
        _ => "null_type",
    };
}
