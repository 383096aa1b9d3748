using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.AdmissionRegistration.V1;

public sealed partial record ValidatingAdmissionPolicy : IHasDefaults, IHasRules
{
    private const int MaximumAnnotations = 20;
    private const int MaximumExpressionBytes = 5 * 1024;
    private const string OneItem = "validations or auditAnnotations must contain at least one item";

    public IResource WithDefaults() => this with
    {
        Spec = Spec with
        {
            FailurePolicy = Spec.FailurePolicy ?? FailurePolicyType.Fail,
            MatchConstraints = Spec.MatchConstraints is null ? null : AdmissionRules.WithDefaults(Spec.MatchConstraints),
        },
    };

    public void Validate(FieldErrors errors)
    {
        using var scope = errors.In("spec");
        AdmissionRules.ValidateFailurePolicy(Spec.FailurePolicy, errors);
        if (Spec.ParamKind is { } kind) AdmissionRules.Validate(kind, errors);
        if (Spec.MatchConstraints is not { } match) errors.Required("matchConstraints");
        else
        {
            using var inner = errors.In("matchConstraints");
            AdmissionRules.Validate(match, errors);
            if (match.ResourceRules.IsEmpty) errors.Required("resourceRules");
        }

        AdmissionRules.ValidateConditions(Spec.MatchConditions, errors);
        AdmissionRules.ValidateVariables(Spec.Variables, errors);
        if (Spec.Validations.IsEmpty && Spec.AuditAnnotations.IsEmpty)
        {
            errors.Required("validations", OneItem);
            errors.Required("auditAnnotations", OneItem);
            return;
        }

        for (var i = 0; i < Spec.Validations.Count; i++)
        {
            using (errors.In("validations", i)) Validate(Spec.Validations[i], errors);
        }

        ValidateAnnotations(errors);
    }

    public void ValidateUpdate(IResource old, FieldErrors errors) => Validate(errors);

    private static void Validate(Validation validation, FieldErrors errors)
    {
        if (validation.Expression.AsSpan().Trim().IsEmpty) errors.Required("expression", "expression is not specified");
        var (message, expression) = (validation.Message, validation.MessageExpression);
        if (expression.Length > 0 && expression.AsSpan().Trim().IsEmpty) errors.Invalid("messageExpression", expression, "must be non-empty if specified");
        if (message.Length > 0 && message.AsSpan().Trim().IsEmpty) errors.Invalid("message", message, "message must be non-empty if specified");
        else if (message.AsSpan().Trim().IndexOfAny('\n', '\r') >= 0) errors.Invalid("message", message, "message must not contain line breaks");
        if (validation.Reason is { } reason) errors.ExpectKnown("reason", reason, "Forbidden", "Invalid", "RequestEntityTooLarge");
    }

    private void ValidateAnnotations(FieldErrors errors)
    {
        var annotations = Spec.AuditAnnotations;
        if (annotations.Count > MaximumAnnotations)
        {
            errors.Invalid("auditAnnotations", Shown.Objects(annotations), $"must not have more than {MaximumAnnotations} auditAnnotations");
        }

        var keys = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < annotations.Count; i++)
        {
            var annotation = annotations[i];
            using var scope = errors.In("auditAnnotations", i);
            var key = $"{Metadata.Name}/{annotation.Key}";
            if (Metadata.Name.Length == 0) errors.Invalid("key", annotation.Key, "requires metadata.name be non-empty");
            else errors.Invalid("key", key, LabelName.CheckKey(key), "format=qualified-name");
            var expression = annotation.ValueExpression.Trim();
            if (expression.Length == 0) errors.Required("valueExpression", "valueExpression is not specified");
            else if (NameMessage.IsLonger(expression, MaximumExpressionBytes))
            {
                errors.Required("valueExpression", $"must not exceed {MaximumExpressionBytes} bytes in length");
            }

            if (!keys.Add(annotation.Key)) errors.Duplicate("key", annotation.Key);
        }
    }

    /// <inheritdoc/>
    public void ValidateStatusUpdate(IResource old, FieldErrors errors)
    {
        using var scope = errors.In("status");
        var warnings = Status.TypeChecking?.ExpressionWarnings ?? default;
        for (var i = 0; i < warnings.Count; i++)
        {
            using (errors.In("typeChecking"))
            using (errors.In("expressionWarnings", i))
            {
                errors.ExpectGiven("warning", warnings[i].Warning);
                errors.ExpectGiven("fieldRef", warnings[i].FieldRef);
            }
        }

        errors.ExpectConditions("conditions", Status.Conditions);
    }
}
