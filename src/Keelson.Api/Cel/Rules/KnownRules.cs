using Keelson.Api.Schemas;

namespace Keelson.Api.Cel.Rules;

/// <summary>What a check has found about the rules of a schema, by their places: what was so before is no reason to refuse a change.</summary>
internal sealed class KnownRules
{
    private readonly Dictionary<string, Known> _rules = new(StringComparer.Ordinal);

    /// <summary>What all rules together may cost.</summary>
    public ulong Total { get; set; }

    public void Remember(string place, CompiledRule rule, bool isWrong, ulong cost, ulong messageCost) =>
        _rules[place] = new Known(rule.Source, isWrong, cost, messageCost);

    /// <summary>Whether the same rule was at the place and something was wrong with it.</summary>
    public bool WasWrong(string place, ExpressionRule rule) => Find(place, rule) is { IsWrong: true };

    /// <summary>What the same rule may cost at the place before; zero where it is a new one.</summary>
    public (ulong Rule, ulong Message) CostOf(string place, ExpressionRule rule) => Find(place, rule) is { } known ? (known.Cost, known.MessageCost) : (0, 0);

    private Known? Find(string place, ExpressionRule rule) =>
        _rules.TryGetValue(place, out var known) && known.Source.Rule == rule.Rule && known.Source.MessageExpression == rule.MessageExpression ? known : null;

    private sealed record Known(ExpressionRule Source, bool IsWrong, ulong Cost, ulong MessageCost);
}
