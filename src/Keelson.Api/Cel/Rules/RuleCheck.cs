using System.Globalization;
using Keelson.Api.Cel.Costs;
using Keelson.Api.Schemas;
using Keelson.Api.Validation;
using Keelson.Api.Values;

namespace Keelson.Api.Cel.Rules;

/// <summary>Checks the rules of a definition's schema when it is made: whether they compile, and what they can cost.</summary>
public sealed class RuleCheck
{
    /// <summary>What one rule may cost by its estimate; as upstream.</summary>
    public const long CostLimit = 10_000_000;

    /// <summary>What all rules of a schema together may cost by their estimates; as upstream.</summary>
    public const long TotalCostLimit = 100_000_000;

    private const int ToldOfTotal = 4;

    private readonly FieldErrors _errors;
    private readonly List<(string Path, ulong Cost)> _costs = [];
    private readonly KnownRules _found = new();
    private readonly KnownRules? _before;
    private readonly int _root;
    private ulong _total;

    private RuleCheck(FieldErrors errors, KnownRules? before)
    {
        _errors = errors;
        _before = before;
        _root = errors.Place.ToString().Length;
    }

    /// <summary>Checks all rules; the place of the errors is openAPIV3Schema.</summary>
    /// <param name="old">The schema before the change; null for a new one. What was wrong with a rule there already is not held against it.</param>
    public static void Check(Schema schema, FieldErrors errors, Schema? old = null)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(errors);
        if (RuleTree.Of(schema) is not { } tree) return;
        var (count, dropped, total) = (errors.Count, errors.Dropped, errors.Total);
        Run(tree, errors, null);
        if (errors.Total == total || old is null || RuleTree.Of(old) is not { } known) return;

        // Only now that something is wrong it matters how it was before, for which the old rules are compiled as well.
        errors.Truncate(count, dropped);
        Run(tree, errors, Run(known, new FieldErrors(), null));
    }

    private static KnownRules Run(RuleTree tree, FieldErrors errors, KnownRules? before)
    {
        var check = new RuleCheck(errors, before);
        check.Node(tree, 1, null);
        check.Total();
        check._found.Total = check._total;
        return check._found;
    }

    /// <param name="cardinality">How many values there can be; null where there is no bound but the request's.</param>
    /// <param name="uncorrelatable">The list whose elements can't be told apart; null where there is none above.</param>
    private void Node(RuleTree tree, ulong? cardinality, string? uncorrelatable)
    {
        var rules = tree.Compile(trim: false);
        for (var i = 0; i < rules.Length; i++)
        {
            using (_errors.In("x-kubernetes-validations", i)) Rule(rules[i], cardinality ?? Most(tree.LeastLength), uncorrelatable);
        }

        foreach (var rule in rules) rule.Trim();
        var below = cardinality is { } many && tree.MaximumElements is { } most ? CostRange.Product(many, (ulong)Math.Max(most, 0)) : (ulong?)null;
        foreach (var (name, property) in tree.Properties)
        {
            using (_errors.In("properties", name)) Node(property, below, uncorrelatable);
        }

        if (tree.Additional is not null)
        {
            using (_errors.In("additionalProperties")) Node(tree.Additional, below, uncorrelatable);
        }

        if (tree.Items is null) return;
        using (_errors.In("items"))
        {
            if (tree.Schema.ListKind != ListKind.Map) uncorrelatable ??= _errors.Place.ToString();
            Node(tree.Items, below, uncorrelatable);
        }
    }

    private static ulong Most(long leastLength) => (ulong)(Checking.DeclaredType.MaximumRequest / (leastLength + 1));

    private void Rule(CompiledRule rule, ulong cardinality, string? uncorrelatable)
    {
        var place = _errors.Place.ToString()[_root..].TrimStart('.');
        var known = _before?.CostOf(place, rule.Source) ?? default;
        var cost = rule.Rule is null ? 0 : Cost("rule", "estimated rule cost", rule.Rule, cardinality, known.Rule);
        var messageCost = rule.Message is null ? 0 : Cost("messageExpression", "estimated messageExpression cost", rule.Message, cardinality, known.Message);
        var (count, dropped, total) = (_errors.Count, _errors.Dropped, _errors.Total);
        CheckForm(rule, uncorrelatable);
        var isWrong = _errors.Total > total;
        _found.Remember(place, rule, isWrong, cost, messageCost);
        if (isWrong && _before?.WasWrong(place, rule.Source) == true) _errors.Truncate(count, dropped);
    }

    private void CheckForm(CompiledRule rule, string? uncorrelatable)
    {
        if (rule.Error is { } error) _errors.Invalid("rule", Shown(rule.Source), error);
        if (rule.MessageError is { } wrong) _errors.Invalid("messageExpression", Shown(rule.Source), wrong);
        if (rule.Rule is null) return;
        if (rule.UsesOldSelf && uncorrelatable is not null)
        {
            _errors.Invalid("rule", rule.Source.Rule, $"oldSelf cannot be used on the uncorrelatable portion of the schema within {uncorrelatable}");
        }
        else if (!rule.UsesOldSelf && rule.Source.OptionalOldSelf is { } given)
        {
            _errors.Invalid("optionalOldSelf", given, "may not be set if oldSelf is not used in rule");
        }
    }

    /// <param name="known">What the same rule may cost before the change: that much it may cost again.</param>
    private ulong Cost(string field, string name, CelProgram program, ulong cardinality, ulong known)
    {
        var cost = CostRange.Product(program.EstimateCost().Most, cardinality);
        _total = CostRange.Sum(_total, cost);
        if (cost > CostLimit && cost > known) _errors.Forbidden(field, Exceeds(name, cost, CostLimit));
        if (cost < TotalCostLimit / 100) return cost;
        using (_errors.In(field)) _costs.Add((_errors.Place.ToString(), cost));
        return cost;
    }

    private void Total()
    {
        if (_total <= Math.Max((ulong)TotalCostLimit, _before?.Total ?? 0)) return;
        foreach (var (path, _) in _costs.OrderByDescending(entry => entry.Cost).Take(ToldOfTotal))
        {
            _errors.Add(new FieldError
            {
                Type = FieldErrorType.Forbidden,
                Field = path,
                Detail = "contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema",
            });
        }

        _errors.Forbidden(null, Exceeds("x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema", _total, TotalCostLimit));
    }

    private static string Exceeds(string name, ulong cost, long limit)
    {
        var times = cost / (double)limit;
        var factor = times > 100 ? "more than 100x" : times.ToString(times < 1.5 ? "F6" : "F1", CultureInfo.InvariantCulture) + "x";
        return $"{name} exceeds budget by factor of {factor} (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)";
    }

    private static MapValue Shown(ExpressionRule rule)
    {
        var shown = new MapBuilder().Set("rule", rule.Rule);
        if (rule.Message is not null) shown.Set("message", rule.Message);
        if (rule.MessageExpression is not null) shown.Set("messageExpression", rule.MessageExpression);
        if (rule.Reason is not null) shown.Set("reason", rule.Reason);
        if (rule.FieldPath is not null) shown.Set("fieldPath", rule.FieldPath);
        if (rule.OptionalOldSelf is { } optional) shown.Set("optionalOldSelf", optional);
        return shown.Build();
    }
}
