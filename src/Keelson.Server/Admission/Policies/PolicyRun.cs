using Keelson.Api.Cel;
using Keelson.Api.Cel.Objects;
using Keelson.Api.Cel.Rules;
using Keelson.Api.Cel.Running;

namespace Keelson.Server.Admission.Policies;

/// <summary>
/// One write held against one policy with one object of parameters. Its validations with their messages share a budget, and so do its
/// annotations; its conditions have a smaller one, as those of webhooks.
/// </summary>
internal sealed class PolicyRun
{
    private const string OutOfBudget = "validation failed due to running out of cost budget, no further validation rules will be run";

    /// <summary>How long a message that an expression makes may be, and an annotation.</summary>
    private const int MaximumMessage = 5 * 1024;
    private const int MaximumAnnotation = 10 * 1024;

    private readonly CompiledPolicy _policy;
    private readonly PolicyInput _input;
    private readonly CancellationToken _cancel;
    private readonly LazyVariables _variables;
    private long _budget;

    public PolicyRun(CompiledPolicy policy, PolicyInput input, CancellationToken cancel)
    {
        _policy = policy;
        _input = input;
        _cancel = cancel;
        _variables = new LazyVariables(this);
    }

    /// <summary>Whether the policy's conditions let it be about the write, as far as is known after <see cref="Decide"/>.</summary>
    public bool IsAbout { get; private set; }

    /// <summary>What is wrong with the write, if anything; in the order of the policy's validations.</summary>
    public List<PolicyDenial> Decide()
    {
        var denials = new List<PolicyDenial>();
        if (Matches(out var fault) is not { } matches)
        {
            IsAbout = !_policy.IgnoresFailure;
            if (!_policy.IgnoresFailure) denials.Add(new PolicyDenial(0, fault, null));
            return denials;
        }

        IsAbout = matches;
        if (!matches) return denials;
        _budget = RuleSet.Budget;
        for (var i = 0; i < _policy.Validations.Count; i++)
        {
            var rule = _policy.Validations[i].Rule;
            switch (Evaluate(rule, out var error))
            {
                case true:
                    break;
                case null:
                    if (!_policy.IgnoresFailure) denials.Add(new PolicyDenial(i, error, null));
                    break;
                default:
                    denials.Add(new PolicyDenial(i, Message(i), _policy.Validations[i].Source.Reason));
                    break;
            }
        }

        return denials;
    }

    /// <summary>What a mutating policy wants to change, in order; nothing where its conditions do not hold.</summary>
    /// <exception cref="PolicyConfigurationException">An expression has no value, and failures are not ignored.</exception>
    public IEnumerable<(string PatchType, object Change)> Changes()
    {
        var matches = Matches(out var fault);
        if (matches is null && !_policy.IgnoresFailure) throw new PolicyConfigurationException(fault);
        if (matches is not true) yield break;
        _budget = RuleSet.Budget;
        foreach (var (patchType, expression) in _policy.Mutations)
        {
            if (Evaluate(expression, out var error) is { } change) yield return (patchType, change);
            else if (!_policy.IgnoresFailure) throw new PolicyConfigurationException(error);
        }
    }

    /// <summary>What the policy wants noted of the write; an expression that fails denies it, unless failures are ignored.</summary>
    public List<(string Key, string Value)> Annotate(List<PolicyDenial> denials)
    {
        var annotations = new List<(string, string)>();
        _budget = RuleSet.Budget;
        foreach (var (key, expression) in _policy.Annotations)
        {
            switch (Evaluate(expression, out var error))
            {
                case string text when text.Trim() is { Length: > 0 } value:
                    annotations.Add((key, value.Length > MaximumAnnotation ? value[..MaximumAnnotation] : value));
                    break;
                case null when !_policy.IgnoresFailure:
                    denials.Add(new PolicyDenial(0, error, null));
                    break;
            }
        }

        return annotations;
    }

    /// <summary>Whether all conditions hold; one that does not decides, whatever the others are. Null when one has no value.</summary>
    private bool? Matches(out string fault)
    {
        fault = "";
        _budget = MatchConditionSet.Budget;
        foreach (var (_, expression) in _policy.Conditions)
        {
            switch (Evaluate(expression, out var error))
            {
                case false:
                    return false;
                case null when fault.Length == 0:
                    fault = error;
                    break;
            }
        }

        return fault.Length == 0 ? true : null;
    }

    private string Message(int index)
    {
        var validation = _policy.Validations[index].Source;
        if (_policy.Validations[index].Message is { } expression && Evaluate(expression, out _) is string made)
        {
            var message = made.Trim();
            if (message.Length is > 0 and <= MaximumMessage && !message.Contains('\n', StringComparison.Ordinal)) return message;
        }

        return validation.Message.Trim() is { Length: > 0 } said ? said : $"failed expression: {validation.Expression.Trim()}";
    }

    /// <summary>The value, or null with what went wrong.</summary>
    private object? Evaluate(CompiledExpression expression, out string error)
    {
        error = expression.Error is { } wrong ? $"compilation error: {wrong}" : "";
        if (expression.Program is not { } program) return null;
        try
        {
            var value = Evaluate(program);
            if (value is not CelError failed) return value;
            error = $"expression '{expression.Text}' resulted in error: {failed.Message}";
        }
        catch (CelBudgetException exceeded)
        {
            error = _budget < CelProgram.PerCallLimit ? OutOfBudget : $"expression '{expression.Text}' resulted in error: {exceeded.Message}";
        }

        return null;
    }

    private object Evaluate(CelProgram program)
    {
        if (_budget <= 0) throw new CelBudgetException();
        var result = program.Evaluate(name => name == "variables" ? _variables : _input.Find(name), Math.Min(CelProgram.PerCallLimit, _budget), _cancel);
        _budget -= result.Cost;
        return result.Value;
    }

    /// <summary>The policy's variables, each computed when it is first read.</summary>
    private sealed class LazyVariables(PolicyRun run) : CelObject
    {
        private readonly Dictionary<string, object> _known = new(StringComparer.Ordinal);

        public override string TypeName => "kubernetes.variables";

        public override IEnumerable<string> FieldNames => run._policy.Variables.Select(variable => variable.Name);

        public override object? Find(string field)
        {
            if (_known.TryGetValue(field, out var known)) return known;
            var (name, expression) = run._policy.Variables.FirstOrDefault(variable => variable.Name == field);
            if (name is null) return null;

            // A variable sees only those before it, which the compiler has seen to; what remains is that one reads itself.
            _known[field] = new CelError($"variable {field} depends on itself");
            return _known[field] = expression.Program is { } program ? run.Evaluate(program) : new CelError($"composited variable \"{field}\" fails to compile: {expression.Error}");
        }
    }
}

/// <summary>Why a policy denies a write.</summary>
/// <param name="Validation">Which of the policy's validations it is.</param>
internal sealed record PolicyDenial(int Validation, string Message, string? Reason);
