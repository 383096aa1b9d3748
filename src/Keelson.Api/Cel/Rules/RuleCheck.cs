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
    private ulong _total;

    private RuleCheck(FieldErrors errors) => _errors = errors;

    /// <summary>Checks all rules; the place of the errors is openAPIV3Schema.</summary>
    public static void Check(Schema schema, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(errors);
        if (RuleTree.Of(schema) is not { } tree) return;
        var check = new RuleCheck(errors);
        check.Node(tree, 1, null);
        check.Total();
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
        if (rule.Rule is not null) Cost("rule", "estimated rule cost", rule.Rule, cardinality);
        if (rule.Error is { } error) _errors.Invalid("rule", Shown(rule.Source), error);
        if (rule.MessageError is { } wrong) _errors.Invalid("messageExpression", Shown(rule.Source), wrong);
        else if (rule.Message is not null) Cost("messageExpression", "estimated messageExpression cost", rule.Message, cardinality);
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

    private void Cost(string field, string name, CelProgram program, ulong cardinality)
    {
        var cost = CostRange.Product(program.EstimateCost().Most, cardinality);
        _total = CostRange.Sum(_total, cost);
        if (cost > CostLimit) _errors.Forbidden(field, Exceeds(name, cost, CostLimit));
        if (cost < TotalCostLimit / 100) return;
        using (_errors.In(field)) _costs.Add((_errors.Place.ToString(), cost));
    }

    private void Total()
    {
        if (_total <= TotalCostLimit) return;
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
