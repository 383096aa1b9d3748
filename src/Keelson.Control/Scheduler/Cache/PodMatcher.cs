using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Api.Selectors;

namespace Keelson.Control.Scheduler.Cache;

/// <summary>Which other pods a term of affinity or spreading speaks of: by namespace and labels.</summary>
internal sealed class PodMatcher
{
    private readonly HashSet<string> _namespaces;
    private readonly LabelQuery? _namespaceQuery;
    private readonly LabelQuery _query;

    public PodMatcher(IEnumerable<string> namespaces, LabelQuery? namespaceQuery, LabelQuery query)
    {
        _namespaces = [.. namespaces];
        _namespaceQuery = namespaceQuery;
        _query = query;
        var where = string.Join(',', _namespaces.Order(StringComparer.Ordinal));
        var whereToo = namespaceQuery is null ? "" : namespaceQuery.IsEverything ? "*" : namespaceQuery.ToString();
        Text = $"{where}|{whereToo}|{(query.IsNothing ? "-" : query)}";
    }

    /// <summary>The same for matchers that say the same.</summary>
    public string Text { get; }

    /// <summary>Whether the labels of namespaces count.</summary>
    public bool SelectsNamespaces => _namespaceQuery is { IsEverything: false };

    /// <summary>The one namespace that it can match in; null where there may be more.</summary>
    public string? OnlyNamespace => _namespaceQuery is null && _namespaces.Count == 1 ? _namespaces.First() : null;

    public bool Matches(PodInfo pod, ClusterState cluster)
    {
        if (!_namespaces.Contains(pod.Key.Namespace) && !IsSelected(pod.Key.Namespace, cluster)) return false;
        return _query.Matches(pod.Pod.Metadata.Labels);
    }

    /// <summary>The matcher of an affinity term of a pod.</summary>
    public static PodMatcher Of(PodAffinityTerm term, Pod pod)
    {
        var namespaceQuery = term.NamespaceSelector is { } selector ? Query(selector) : null;
        IEnumerable<string> namespaces = term.Namespaces.IsEmpty && term.NamespaceSelector is null ? [pod.Metadata.Namespace] : term.Namespaces;
        return new PodMatcher(namespaces, namespaceQuery, WithKeys(Query(term.LabelSelector), pod, term.MatchLabelKeys, term.MismatchLabelKeys));
    }

    /// <summary>The matcher of a spread constraint of a pod: in its own namespace only.</summary>
    public static PodMatcher Of(TopologySpreadConstraint constraint, Pod pod) =>
        new([pod.Metadata.Namespace], null, WithKeys(Query(constraint.LabelSelector), pod, constraint.MatchLabelKeys, default));

    private bool IsSelected(string name, ClusterState cluster)
    {
        if (_namespaceQuery is null) return false;
        return _namespaceQuery.IsEverything || (cluster.NamespaceLabels(name) is { } labels && _namespaceQuery.Matches(labels));
    }

    /// <summary>The query of a selector in an object; none selects nothing, and so does one that is wrong.</summary>
    internal static LabelQuery Query(LabelSelector? selector)
    {
        if (selector is null) return LabelQuery.Nothing;
        var expressions = new LabelExpression[selector.MatchExpressions.Count];
        for (var i = 0; i < expressions.Length; i++)
        {
            var expression = selector.MatchExpressions[i];
            expressions[i] = new LabelExpression(expression.Key, expression.Operator, expression.Values);
        }

        return LabelQuery.TryCreate(selector.MatchLabels, expressions, out var query, out _) ? query : LabelQuery.Nothing;
    }

    private static LabelQuery WithKeys(LabelQuery query, Pod pod, ApiList<string> same, ApiList<string> other)
    {
        foreach (var key in same) query = WithKey(query, pod, key, RequirementOperator.In);
        foreach (var key in other) query = WithKey(query, pod, key, RequirementOperator.NotIn);
        return query;
    }

    private static LabelQuery WithKey(LabelQuery query, Pod pod, string key, RequirementOperator relation)
    {
        if (!pod.Metadata.Labels.TryGetValue(key, out var value)) return query;
        return Requirement.TryCreate(key, relation, new[] { value }, out var requirement, out _) && !query.Requirements.Contains(requirement)
            ? query.With(requirement)
            : query;
    }
}
