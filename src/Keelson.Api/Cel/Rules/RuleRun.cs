using Keelson.Api.ApiExtensions.V1;
using Keelson.Api.Cel.Objects;
using Keelson.Api.Cel.Running;
using Keelson.Api.Schemas;
using Keelson.Api.Structural;
using Keelson.Api.Validation;
using Keelson.Api.Values;

namespace Keelson.Api.Cel.Rules;

/// <summary>One evaluation of a schema's rules on an object.</summary>
internal sealed class RuleRun(FieldErrors errors, CancellationToken cancel)
{
    /// <summary>How long a message that an expression makes may be.</summary>
    private const int MaximumMessage = 5 * 1024;

    private const string OutOfBudget = "validation failed due to running out of cost budget, no further validation rules will be run";

    private long _budget = RuleSet.Budget;
    private bool _isOver;

    /// <param name="old">What the value was before; null where that is not known.</param>
    /// <param name="unchanged">The nearest value, from this one upwards, of which that is known.</param>
    public void Node(RuleTree tree, Value value, Value? old, Unchanged unchanged)
    {
        if (value.IsNull || _isOver) return;
        if (old is { IsNull: true }) old = null;
        Rules(tree, value, old, unchanged);
        switch (value)
        {
            case MapValue map:
                Map(tree, map, old as MapValue, unchanged);
                break;
            case ListValue list when tree.Items is not null:
                List(tree, tree.Items, list, old as ListValue, unchanged);
                break;
        }
    }

    private void Map(RuleTree tree, MapValue map, MapValue? old, Unchanged unchanged)
    {
        for (var i = 0; i < map.Count && !_isOver; i++)
        {
            var (key, value) = (map.Keys[i], map.Values[i]);
            var isProperty = tree.Properties.TryGetValue(key, out var child);
            if (!isProperty && tree.Schema.FindProperty(key) is null) child = tree.Additional;
            if (child is null) continue;
            var before = old?[key];
            using (isProperty ? errors.In(key) : errors.Key(key)) Node(child, value, before, before is null ? unchanged : new Unchanged(value, before));
        }
    }

    private void List(RuleTree tree, RuleTree items, ListValue list, ListValue? old, Unchanged unchanged)
    {
        var elements = old is null ? null : OldElements.Of(old, tree.Schema);
        for (var i = 0; i < list.Count && !_isOver; i++)
        {
            var before = elements?.Find(list[i]);
            using (errors.At(i)) Node(items, list[i], before, before is null ? unchanged : new Unchanged(list[i], before));
        }
    }

    private void Rules(RuleTree tree, Value value, Value? old, Unchanged unchanged)
    {
        var rules = tree.Rules;
        if (rules.Length == 0) return;
        if (_budget <= 0)
        {
            Stop(tree, OutOfBudget);
            return;
        }

        var self = CelDocument.Of(value, tree.Schema);
        var oldSelf = old is null ? null : CelDocument.Of(old, tree.Schema);
        foreach (var rule in rules)
        {
            if (_isOver) return;
            if (rule.Error is not null) errors.Invalid(null, TypeName(tree), $"rule compile error: {rule.Error}");
            if (rule.Rule is null) continue;
            var optional = rule.Source.OptionalOldSelf == true;
            if (rule.UsesOldSelf && oldSelf is null && !optional) continue;
            var given = optional ? oldSelf is null ? CelOptional.None : new CelOptional(oldSelf) : oldSelf;
            Rule(tree, rule, name => name switch { "self" => self, "oldSelf" => given, _ => null }, unchanged);
        }
    }

    private void Rule(RuleTree tree, CompiledRule rule, CelBindings bindings, Unchanged unchanged)
    {
        CelResult result;
        try
        {
            result = rule.Rule!.Evaluate(bindings, Math.Min(CelProgram.PerCallLimit, _budget), cancel);
        }
        catch (CelBudgetException exceeded)
        {
            Stop(tree, _budget < CelProgram.PerCallLimit ? OutOfBudget : $"'{exceeded.Message}': no further validation rules will be run due to call cost exceeds limit for rule: {rule.Shown}");
            return;
        }

        _budget -= result.Cost;
        switch (result.Value)
        {
            case true:
                return;
            case CelError { Message: var message } when message.StartsWith("no such overload", StringComparison.Ordinal):
                errors.Invalid(null, TypeName(tree), $"'{message}': call arguments did not match a supported operator, function or macro signature for rule: {rule.Shown}");
                return;
            case CelError error:
                errors.Invalid(null, TypeName(tree), $"{error.Message} evaluating rule: {rule.Shown}");
                return;
        }

        // A rule that compares with the value before says something of the change, which is not old.
        if (!rule.UsesOldSelf && unchanged.Holds) return;
        var detail = Message(tree, rule, bindings);
        if (rule.Blamed is null) Fail(tree, rule, detail);
        else using (errors.In(rule.Blamed)) Fail(tree, rule, detail);
    }

    private void Fail(RuleTree tree, CompiledRule rule, string detail)
    {
        switch (rule.Source.Reason)
        {
            case FieldValueErrorReason.FieldValueForbidden:
                errors.Forbidden(null, detail);
                break;
            case FieldValueErrorReason.FieldValueRequired:
                errors.Required(null, detail);
                break;
            case FieldValueErrorReason.FieldValueDuplicate:
                errors.Duplicate(null, TypeName(tree));
                break;
            default:
                errors.Invalid(null, TypeName(tree), detail);
                break;
        }
    }

    /// <summary>What the rule's expression says; what it says otherwise when that fails or is nothing that can be told.</summary>
    private string Message(RuleTree tree, CompiledRule rule, CelBindings bindings)
    {
        if (rule.Message is null || _budget <= 0) return rule.Failure;
        try
        {
            var made = rule.Message.Evaluate(bindings, Math.Min(CelProgram.PerCallLimit, _budget), cancel);
            _budget -= made.Cost;
            if (made.Value is string text && text.Trim() is { Length: > 0 and <= MaximumMessage } message && !message.AsSpan().ContainsAny('\n', '\r')) return message;
        }
        catch (CelBudgetException) when (_budget < CelProgram.PerCallLimit)
        {
            Stop(tree, "messageExpression evaluation failed due to running out of cost budget");
        }
        catch (CelBudgetException)
        {
            _budget -= CelProgram.PerCallLimit;
        }

        return rule.Failure;
    }

    private void Stop(RuleTree tree, string why)
    {
        errors.Invalid(null, TypeName(tree), why);
        _isOver = true;
    }

    private static string TypeName(RuleTree tree) => tree.Schema.Type switch
    {
        SchemaType.Object or SchemaType.Map => "object",
        SchemaType.List => "array",
        SchemaType.String => "string",
        SchemaType.Integer => "integer",
        SchemaType.Number => "number",
        SchemaType.Boolean => "boolean",
        _ => "",
    };
}
