using Keelson.Api;
using Keelson.Api.AdmissionRegistration.V1;
using Keelson.Api.Cel;
using Keelson.Api.Cel.Checking;
using Keelson.Api.Validation;

namespace Keelson.Server.Admission.Policies;

/// <summary>A policy with its expressions compiled, made once for each version of the policy.</summary>
internal sealed class CompiledPolicy
{
    private CompiledPolicy(string name, string? failurePolicy, ParamKind? parameters)
    {
        Name = name;
        IgnoresFailure = failurePolicy == FailurePolicyType.Ignore;
        Parameters = parameters;
    }

    public string Name { get; }

    public bool IgnoresFailure { get; }

    /// <summary>What kind of objects has the policy's parameters; null where it has none.</summary>
    public ParamKind? Parameters { get; }

    public IReadOnlyList<(string Name, CompiledExpression Expression)> Conditions { get; private init; } = [];

    public IReadOnlyList<(string Name, CompiledExpression Expression)> Variables { get; private init; } = [];

    /// <summary>The expressions that must hold, with those of their messages.</summary>
    public IReadOnlyList<(Validation Source, CompiledExpression Rule, CompiledExpression? Message)> Validations { get; private init; } = [];

    /// <summary>The expressions that say what is to change, with how they say it.</summary>
    public IReadOnlyList<(string PatchType, CompiledExpression Expression)> Mutations { get; private init; } = [];

    public IReadOnlyList<(string Key, CompiledExpression Value)> Annotations { get; private init; } = [];

    public static CompiledPolicy Compile(ValidatingAdmissionPolicy policy)
    {
        var spec = policy.Spec;
        var hasParams = spec.ParamKind is not null;
        var (variables, declared) = CompileVariables(spec.Variables, AdmissionExpressions.Environment(hasParams, hasAuthorizer: true));
        var rules = AdmissionExpressions.Environment(hasParams, hasAuthorizer: true).Variable("variables", declared);
        var messages = AdmissionExpressions.Environment(hasParams, hasAuthorizer: false).Variable("variables", declared);
        return new CompiledPolicy(policy.Metadata.Name, spec.FailurePolicy, spec.ParamKind)
        {
            Conditions = CompileConditions(spec.MatchConditions, hasParams),
            Variables = variables,
            Validations =
            [
                .. spec.Validations.Select(validation => (
                    validation,
                    CompiledExpression.Compile(rules, validation.Expression, CelKind.Bool),
                    validation.MessageExpression.Length == 0 ? null : CompiledExpression.Compile(messages, validation.MessageExpression, CelKind.String))),
            ],
            Annotations = [.. spec.AuditAnnotations.Select(annotation => (annotation.Key, CompiledExpression.Compile(rules, annotation.ValueExpression, CelKind.String, CelKind.Null)))],
        };
    }

    public static CompiledPolicy Compile(MutatingAdmissionPolicy policy)
    {
        var spec = policy.Spec;
        var hasParams = spec.ParamKind is not null;
        var (variables, declared) = CompileVariables(spec.Variables, AdmissionExpressions.Environment(hasParams, hasAuthorizer: true));
        var changes = AdmissionExpressions.Environment(hasParams, hasAuthorizer: true).Variable("variables", declared).Objects(AdmissionExpressions.FindObject);
        return new CompiledPolicy(policy.Metadata.Name, spec.FailurePolicy, spec.ParamKind)
        {
            Conditions = CompileConditions(spec.MatchConditions, hasParams),
            Variables = variables,
            Mutations =
            [
                .. spec.Mutations.Select(mutation => mutation.PatchType == PatchType.JSONPatch
                    ? (mutation.PatchType, CompiledExpression.Compile(changes, mutation.JsonPatch?.Expression ?? "", CelKind.List))
                    : (mutation.PatchType, CompiledExpression.Compile(changes, mutation.ApplyConfiguration?.Expression ?? "", CelKind.Object))),
            ],
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

        for (var i = 0; i < Mutations.Count; i++)
        {
            Report("mutations", i, Mutations[i].PatchType == PatchType.JSONPatch ? "jsonPatch.expression" : "applyConfiguration.expression", Mutations[i].Expression, errors);
        }

        for (var i = 0; i < Annotations.Count; i++) Report("auditAnnotations", i, "valueExpression", Annotations[i].Value, errors);
    }

    /// <summary>Each variable sees those before it.</summary>
    internal static (List<(string Name, CompiledExpression Expression)> Variables, DeclaredType Declared) CompileVariables(ApiList<Variable> given, CelEnvironment environment)
    {
        var variables = new List<(string, CompiledExpression)>();
        var types = new Dictionary<string, DeclaredType>(StringComparer.Ordinal);
        var declared = DeclaredType.Object("kubernetes.variables", () => types);
        environment.Variable("variables", declared);
        foreach (var variable in given)
        {
            var expression = CompiledExpression.Compile(environment, variable.Expression);
            variables.Add((variable.Name, expression));
            types[variable.Name] = DeclaredType.Of(expression.Program?.ResultType ?? CelType.Dyn, DeclaredType.MaximumRequest);
        }

        return (variables, declared);
    }

    private static (string, CompiledExpression)[] CompileConditions(ApiList<MatchCondition> conditions, bool hasParams)
    {
        var environment = AdmissionExpressions.Environment(hasParams, hasAuthorizer: true);
        return [.. conditions.Select(condition => (condition.Name, CompiledExpression.Compile(environment, condition.Expression, CelKind.Bool)))];
    }

    private static void Report(string list, int index, string field, CompiledExpression expression, FieldErrors errors)
    {
        if (expression.Error is not { } error || expression.Text.AsSpan().Trim().IsEmpty) return;
        using (errors.In(list, index)) errors.Invalid(field, expression.Text, error);
    }
}
