using System.Globalization;
using Keelson.Api;
using Keelson.Api.Core.V1;

namespace Keelson.Control.Scheduler.Cache;

/// <summary>Says whether a node is one that a pod asks for by labels or by name.</summary>
internal static class NodeMatcher
{
    private const string NameField = "metadata.name";

    /// <summary>Whether the pod's node selector and required node affinity accept the node.</summary>
    public static bool Matches(ApiMap<string> selector, NodeSelector? required, NodeState node)
    {
        foreach (var (key, value) in selector)
        {
            if (!node.Labels.TryGetValue(key, out var has) || has != value) return false;
        }

        return required is null || Matches(required, node);
    }

    /// <summary>Whether any of the terms accepts the node; no terms accept none.</summary>
    public static bool Matches(NodeSelector selector, NodeState node)
    {
        foreach (var term in selector.NodeSelectorTerms)
        {
            if (Matches(term, node)) return true;
        }

        return false;
    }

    /// <summary>Whether all conditions of the term hold; a term without conditions accepts nothing.</summary>
    public static bool Matches(NodeSelectorTerm term, NodeState node)
    {
        if (term.MatchExpressions.IsEmpty && term.MatchFields.IsEmpty) return false;
        foreach (var requirement in term.MatchExpressions)
        {
            var has = node.Labels.TryGetValue(requirement.Key, out var value);
            if (!Holds(requirement, has ? value : null)) return false;
        }

        foreach (var requirement in term.MatchFields)
        {
            if (requirement.Key != NameField || !Holds(requirement, node.Name)) return false;
        }

        return true;
    }

    /// <summary>The only nodes that the terms can accept, where every term names one by its field; null for any.</summary>
    public static IReadOnlySet<string>? Named(NodeSelector? selector)
    {
        if (selector is null || selector.NodeSelectorTerms.IsEmpty) return null;
        var names = new HashSet<string>();
        foreach (var term in selector.NodeSelectorTerms)
        {
            HashSet<string>? ofTerm = null;
            foreach (var requirement in term.MatchFields)
            {
                if (requirement.Key != NameField || requirement.Operator != NodeSelectorOperator.In) continue;
                if (ofTerm is null) ofTerm = [.. requirement.Values];
                else ofTerm.IntersectWith(requirement.Values);
            }

            if (ofTerm is null) return null;
            names.UnionWith(ofTerm);
        }

        return names;
    }

    private static bool Holds(NodeSelectorRequirement requirement, string? value) => requirement.Operator switch
    {
        NodeSelectorOperator.In => value is not null && requirement.Values.Contains(value),
        NodeSelectorOperator.NotIn => value is null || !requirement.Values.Contains(value),
        NodeSelectorOperator.Exists => value is not null,
        NodeSelectorOperator.DoesNotExist => value is null,
        NodeSelectorOperator.Gt => Compare(requirement, value) is > 0,
        NodeSelectorOperator.Lt => Compare(requirement, value) is < 0,
        _ => false,
    };

    private static int? Compare(NodeSelectorRequirement requirement, string? value) =>
        requirement.Values.Count == 1 && Number(value) is { } left && Number(requirement.Values[0]) is { } right ? left.CompareTo(right) : null;

    private static long? Number(string? text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
