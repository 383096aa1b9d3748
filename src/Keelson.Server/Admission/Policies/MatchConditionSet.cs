using System.Runtime.CompilerServices;
using Keelson.Api;
using Keelson.Api.AdmissionRegistration.V1;
using Keelson.Api.Cel;
using Keelson.Api.Cel.Checking;
using Keelson.Api.Cel.Objects;
using Keelson.Api.Cel.Rules;
using Keelson.Api.Cel.Running;
using Keelson.Api.Validation;

namespace Keelson.Server.Admission.Policies;

/// <summary>Conditions that a write has to meet before a webhook is asked about it.</summary>
internal sealed class MatchConditionSet
{
    /// <summary>What all conditions of a webhook, or of a policy, may cost together; as upstream.</summary>
    public const long Budget = RuleSet.Budget / 4;

    /// <summary>Compiled once for each list of conditions, which is immutable and lives as long as its configuration's version.</summary>
    private static readonly ConditionalWeakTable<MatchCondition, CompiledExpression> Compiled = [];

    private readonly IReadOnlyList<(string Name, CompiledExpression Expression)> _conditions;

    private MatchConditionSet(IReadOnlyList<(string, CompiledExpression)> conditions) => _conditions = conditions;

    /// <summary>The conditions, or null when there are none.</summary>
    public static MatchConditionSet? Of(ApiList<MatchCondition> conditions) =>
        conditions.IsEmpty ? null : new MatchConditionSet([.. conditions.Select(condition => (condition.Name, Compiled.GetValue(condition, Compile)))]);

    /// <summary>Reports every condition that does not compile.</summary>
    public void Check(FieldErrors errors)
    {
        for (var i = 0; i < _conditions.Count; i++)
        {
            if (_conditions[i].Expression.Error is not { } error || _conditions[i].Expression.Text.AsSpan().Trim().IsEmpty) continue;
            using (errors.In("matchConditions", i)) errors.Invalid("expression", _conditions[i].Expression.Text, error);
        }
    }

    /// <summary>Whether all conditions hold: one that does not decides. Null with what went wrong where none does and one has no value.</summary>
    public bool? Holds(PolicyInput input, out string error, CancellationToken cancel)
    {
        error = "";
        var budget = Budget;
        foreach (var (name, expression) in _conditions)
        {
            var value = Evaluate(expression, input, ref budget, cancel, out var wrong);
            if (value is false) return false;
            if (value is null && error.Length == 0) error = $"{name}: {wrong}";
        }

        return error.Length == 0 ? true : null;
    }

    private static CompiledExpression Compile(MatchCondition condition) =>
        CompiledExpression.Compile(AdmissionExpressions.Environment(hasParams: false, hasAuthorizer: true), condition.Expression, CelKind.Bool);

    private static bool? Evaluate(CompiledExpression expression, PolicyInput input, ref long budget, CancellationToken cancel, out string error)
    {
        error = expression.Error ?? "";
        if (expression.Program is not { } program) return null;
        try
        {
            if (budget <= 0) throw new CelBudgetException();
            var result = program.Evaluate(input.Find, Math.Min(CelProgram.PerCallLimit, budget), cancel);
            budget -= result.Cost;
            if (result.Value is bool holds) return holds;
            error = $"expression '{expression.Text}' resulted in error: {(result.Value as CelError)?.Message}";
        }
        catch (CelBudgetException exceeded)
        {
            budget = 0;
            error = $"expression '{expression.Text}' resulted in error: {exceeded.Message}";
        }

        return null;
    }
}
