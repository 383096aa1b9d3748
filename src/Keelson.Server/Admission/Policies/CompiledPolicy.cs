using Keelson.Api;
using Keelson.Api.AdmissionRegistration.V1;
using Keelson.Api.Cel;
using Keelson.Api.Cel.Checking;
using Keelson.Api.Validation;

namespace Keelson.Server.Admission.Policies;

/// <summary>A policy with its expressions compiled, made once for each version of the policy.</summary>
internal sealed class CompiledPolicy
{
    private CompiledPolicy(ValidatingAdmissionPolicy policy) => Policy = policy;

    public ValidatingAdmissionPolicy Policy { get; }

    public string Name => Policy.Metadata.Name;

    public bool IgnoresFailure => Policy.Spec.FailurePolicy == FailurePolicyType.Ignore;

    public IReadOnlyList<(string Name, CompiledExpression Expression)> Conditions { get; private init; } = [];

    public IReadOnlyList<(string Name, CompiledExpression Expression)> Variables { get; private init; } = [];

    /// <summary>The expressions that must hold, with those of their messages.</summary>
    public IReadOnlyList<(CompiledExpression Rule, CompiledExpression? Message)> Validations { get; private init; } = [];

    public IReadOnlyList<(string Key, CompiledExpression Value)> Annotations { get; private init; } = [];

    public static CompiledPolicy Compile(ValidatingAdmissionPolicy policy)
    {
        var spec = policy.Spec;
        var hasParams = spec.ParamKind is not null;
        var conditions = AdmissionExpressions.Environment(hasParams, hasAuthorizer: true);
        var (variables, types) = CompileVariables(spec.Variables, AdmissionExpressions.Environment(hasParams, hasAuthorizer: true));
        var declared = DeclaredType.Object("kubernetes.variables", () => types);
        var rules = AdmissionExpressions.Environment(hasParams, hasAuthorizer: true).Variable("variables", declared);
        var messages = AdmissionExpressions.Environment(hasParams, hasAuthorizer: false).Variable("variables", declared);
        return new CompiledPolicy(policy)
        {
            Conditions = [.. spec.MatchConditions.Select(condition => (condition.Name, CompiledExpression.Compile(conditions, condition.Expression, CelKind.Bool)))],
            Variables = variables,
            Validations =
            [
                .. spec.Validations.Select(validation => (
                    CompiledExpression.Compile(rules, validation.Expression, CelKind.Bool),
                    validation.MessageExpression.Length == 0 ? null : CompiledExpression.Compile(messages, validation.MessageExpression, CelKind.String))),
            ],
            Annotations = [.. spec.AuditAnnotations.Select(annotation => (annotation.Key, CompiledExpression.Compile(rules, annotation.ValueExpression, CelKind.String, CelKind.Null)))],
        };
    }

    /// <summary>Reports every expression that does not compile; the place of the errors is the policy.</summary>
    public void Check(FieldErrors errors)
    {
        using var spec = errors.In("spec");
        for (var i = 0; i < Conditions.Count; i++) Report("matchConditions", i, "expression", Conditions[i].Expression, errors);
        for (var i = 0; i < Variables.Count; i++) Report("variables", i, "expression", Variables[i].Expression, errors);
        for (var i = 0; i < Validations.Count; i++)
        {
            Report("validations", i, "expression", Validations[i].Rule, errors);
            if (Validations[i].Message is { } message) Report("validations", i, "messageExpression", message, errors);
        }

        for (var i = 0; i < Annotations.Count; i++) Report("auditAnnotations", i, "valueExpression", Annotations[i].Value, errors);
    }

    /// <summary>Each variable sees those before it.</summary>
    private static (List<(string Name, CompiledExpression Expression)> Variables, Dictionary<string, DeclaredType> Types) CompileVariables(ApiList<Variable> given, CelEnvironment environment)
    {
        var variables = new List<(string, CompiledExpression)>();
        var types = new Dictionary<string, DeclaredType>(StringComparer.Ordinal);
        environment.Variable("variables", DeclaredType.Object("kubernetes.variables", () => types));
        foreach (var variable in given)
        {
            var expression = CompiledExpression.Compile(environment, variable.Expression);
            variables.Add((variable.Name, expression));
            types[variable.Name] = DeclaredType.Of(expression.Program?.ResultType ?? CelType.Dyn, DeclaredType.MaximumRequest);
        }

        return (variables, types);
    }

    private static void Report(string list, int index, string field, CompiledExpression expression, FieldErrors errors)
    {
        if (expression.Error is not { } error || expression.Text.AsSpan().Trim().IsEmpty) return;
        using (errors.In(list, index)) errors.Invalid(field, expression.Text, error);
    }
}
