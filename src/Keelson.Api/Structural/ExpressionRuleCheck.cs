using Keelson.Api.ApiExtensions.V1;
using Keelson.Api.Validation;

namespace Keelson.Api.Structural;

/// <summary>Checks what can be checked of x-kubernetes-validations without compiling the expressions.</summary>
internal static class ExpressionRuleCheck
{
    private static readonly string[] Reasons =
    [
        FieldValueErrorReason.FieldValueDuplicate, FieldValueErrorReason.FieldValueForbidden,
        FieldValueErrorReason.FieldValueInvalid, FieldValueErrorReason.FieldValueRequired,
    ];

    public static void Check(JSONSchemaProps schema, FieldErrors errors)
    {
        for (var i = 0; i < schema.XKubernetesValidations.Count; i++)
        {
            using (errors.In("x-kubernetes-validations", i)) Check(schema.XKubernetesValidations[i], schema, errors);
        }
    }

    private static void Check(ValidationRule rule, JSONSchemaProps schema, FieldErrors errors)
    {
        var message = rule.Message.Trim();
        if (string.IsNullOrWhiteSpace(rule.Rule)) errors.Required("rule", "rule is not specified");
        else if (rule.Message.Length > 0 && message.Length == 0) errors.Invalid("message", rule.Message, "message must be non-empty if specified");
        else if (HasLineBreaks(message)) errors.Invalid("message", rule.Message, "message must not contain line breaks");
        else if (HasLineBreaks(rule.Rule.Trim()) && message.Length == 0) errors.Required("message", "message must be specified if rule contains line breaks");
        if (rule.MessageExpression.Length > 0 && string.IsNullOrWhiteSpace(rule.MessageExpression))
        {
            errors.Required("messageExpression", "messageExpression must be non-empty if specified");
        }

        if (rule.Reason is { } reason && !Reasons.Contains(reason)) errors.NotSupported("reason", reason, Reasons);
        if (rule.FieldPath.Length == 0) return;
        if (string.IsNullOrWhiteSpace(rule.FieldPath)) errors.Invalid("fieldPath", rule.FieldPath, "fieldPath must be non-empty if specified");
        if (HasLineBreaks(rule.FieldPath)) errors.Invalid("fieldPath", rule.FieldPath, "fieldPath must not contain line breaks");
        if (!LeadsSomewhere(rule.FieldPath, schema)) errors.Invalid("fieldPath", rule.FieldPath, "fieldPath must be a valid path");
    }

    private static bool HasLineBreaks(string text) => text.AsSpan().ContainsAny('\n', '\r');

    /// <summary>Whether a path such as .spec.size or .spec['max.size'] ends at a field that the schema knows.</summary>
    private static bool LeadsSomewhere(ReadOnlySpan<char> path, JSONSchemaProps schema)
    {
        JSONSchemaProps? current = schema;
        while (!path.IsEmpty)
        {
            var quoted = path.StartsWith("['");
            if (!quoted && path[0] != '.') return false;
            var length = quoted ? path.IndexOf("']") : path[1..].IndexOfAny('.', '[') is var end and >= 0 ? end + 1 : path.Length;
            if (length < 2) return false;
            var name = path[(quoted ? 2 : 1)..length].ToString();
            path = path[(quoted ? length + 2 : length)..];
            current = current.Properties.GetValueOrDefault(name) ?? current.AdditionalProperties?.Schema;
            if (current is null || name.Length == 0) return false;
        }

        return true;
    }
}
