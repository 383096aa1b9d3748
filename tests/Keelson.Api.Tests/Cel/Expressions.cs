using Keelson.Api.Cel;
using Keelson.Api.Cel.Checking;
using Keelson.Api.Cel.Objects;
using Keelson.Api.Values;

namespace Keelson.Api.Tests.Cel;

/// <summary>Evaluates expressions over a few variables of every type.</summary>
internal static class Expressions
{
    private const string Document = """
        {"name":"web","labels":{"app":"web","tier":"front"},"ports":[80,443],"deep":{"list":[{"a":1},{"a":2}]},"nothing":null,"half":0.5}
        """;

    public static CelEnvironment Environment { get; } = new CelEnvironment()
        .Variable("doc", DeclaredType.Dyn)
        .Variable("x", DeclaredType.Of(CelType.Int))
        .Variable("y", DeclaredType.Of(CelType.Double))
        .Variable("s", DeclaredType.Of(CelType.String, 1000))
        .Variable("flag", DeclaredType.Of(CelType.Bool))
        .Variable("words", DeclaredType.ListOf(DeclaredType.Of(CelType.String, 100), 10));

    private static readonly Dictionary<string, object> Values = new()
    {
        ["doc"] = CelDocument.Of(ValueReader.Read(Document)),
        ["x"] = 5L,
        ["y"] = 2.5,
        ["s"] = "hello",
        ["flag"] = true,
        ["words"] = new CelArray(["a", "b", "c"]),
    };

    public static CelProgram Compile(string text) =>
        CelProgram.Compile(Environment, text, out var error) ?? throw new InvalidOperationException($"{text}: {error}");

    public static string Fault(string text) =>
        CelProgram.Compile(Environment, text, out var error) is null ? error : throw new InvalidOperationException($"{text} is right");

    public static CelResult Run(string text, long limit = CelProgram.PerCallLimit) => Compile(text).Evaluate(name => Values.GetValueOrDefault(name), limit);

    /// <summary>The error that an expression has for a value.</summary>
    public static string Error(string text) => Run(text).Value is CelError error ? error.Message : throw new InvalidOperationException($"{text} has a value");
}
