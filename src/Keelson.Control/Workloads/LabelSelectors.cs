using Keelson.Api.Meta.V1;
using Keelson.Api.Selectors;

namespace Keelson.Control.Workloads;

/// <summary>Selectors in objects as queries.</summary>
internal static class LabelSelectors
{
    /// <summary>The query of a selector; what is absent or invalid selects nothing, so that nobody claims by mistake.</summary>
    public static LabelQuery Query(LabelSelector? selector)
    {
        if (selector is null) return LabelQuery.Nothing;
        var expressions = selector.MatchExpressions.Select(entry => new LabelExpression(entry.Key, entry.Operator, entry.Values)).ToArray();
        return LabelQuery.TryCreate(selector.MatchLabels, expressions, out var query, out _) ? query : LabelQuery.Nothing;
    }
}
