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
        if (SchemaPath.Follow(rule.FieldPath, schema, allowsBrackets: true, out _) is null) errors.Invalid("fieldPath", rule.FieldPath, "fieldPath must be a valid path");
    }

    private static bool HasLineBreaks(string text) => text.AsSpan().ContainsAny('\n', '\r');
}
