using Keelson.Api.Cel.Checking;
using Keelson.Api.Schemas;
using Keelson.Api.Validation;

namespace Keelson.Api.Cel.Rules;

/// <summary>One rule of a schema, compiled.</summary>
internal sealed class CompiledRule
{
    private CompiledRule(ExpressionRule source) => Source = source;

    public ExpressionRule Source { get; }

    public CelProgram? Rule { get; private init; }

    public CelProgram? Message { get; private init; }

    /// <summary>What is wrong with the rule, and with its messageExpression.</summary>
    public string? Error { get; private init; }

    public string? MessageError { get; private init; }

    /// <summary>It compares with the value before, so that it needs one.</summary>
    public bool UsesOldSelf => Rule?.Variables.Contains("oldSelf") ?? false;

    /// <summary>The field to blame, below the value.</summary>
    public FieldPath? Blamed { get; private init; }

    /// <summary>How messages name the rule.</summary>
    public string Shown => Source.Message?.Trim() is { Length: > 0 } message ? message : Source.Rule.Trim();

    /// <summary>What is said when the rule does not hold, unless an expression says more.</summary>
    public string Failure => Source.Message?.Trim() is { Length: > 0 } message ? message : $"failed rule: {Source.Rule.Trim()}";

    public static CompiledRule Compile(ExpressionRule source, DeclaredType self, Schema schema)
    {
        var environment = new CelEnvironment()
            .Variable("self", self)
            .Variable("oldSelf", source.OptionalOldSelf == true ? DeclaredType.Of(CelType.OptionalOf(self.Type)) : self);
        if (string.IsNullOrWhiteSpace(source.Rule)) return new CompiledRule(source);
        var rule = CelProgram.Compile(environment, source.Rule, out var error);
        if (rule is null) error = "compilation failed: " + error;
        else if (rule.ResultType.Kind is not CelKind.Bool) error = "cel expression must evaluate to a bool";
        CelProgram? message = null;
        string? messageError = null;
        if (source.MessageExpression is { } expression && !string.IsNullOrWhiteSpace(expression))
        {
            message = CelProgram.Compile(environment, expression, out var wrong);
            if (message is null) messageError = "messageExpression compilation failed: " + wrong;
            else if (message.ResultType.Kind is not CelKind.String) messageError = "messageExpression must evaluate to a string";
        }

        return new CompiledRule(source)
        {
            Rule = error.Length == 0 ? rule : null,
            Error = error.Length == 0 ? null : error,
            Message = messageError is null ? message : null,
            MessageError = messageError,
            Blamed = source.FieldPath is null ? null : PathOf(source.FieldPath, schema),
        };
    }

    public void Trim()
    {
        Rule?.Trim();
        Message?.Trim();
    }

    /// <summary>A path such as .spec.size or .labels['app']; it was found to lead somewhere when the definition was made.</summary>
    private static FieldPath? PathOf(ReadOnlySpan<char> text, Schema schema)
    {
        FieldPath? path = null;
        Schema? current = schema;
        while (!text.IsEmpty)
        {
            var quoted = text.StartsWith("['");
            var end = quoted ? text.IndexOf("']") : text[1..].IndexOfAny('.', '[') is var next and >= 0 ? next + 1 : text.Length;
            if (end < 2) return path;
            var name = text[(quoted ? 2 : 1)..end].ToString();
            text = text[(quoted ? end + 2 : end)..];
            var property = current?.FindProperty(name);
            if (property is null && path is not null) path = path.Key(name);
            else path = path is null ? FieldPath.Of(name) : path.Child(name);
            current = property?.Schema ?? current?.AdditionalProperties;
        }

        return path;
    }
}
