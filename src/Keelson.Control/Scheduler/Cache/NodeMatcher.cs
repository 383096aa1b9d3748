using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Selectors;

namespace Keelson.Control.Scheduler.Cache;

/// <summary>Says whether a node is one that a pod asks for by labels or by name.</summary>
internal static class NodeMatcher
{
    /// <summary>Whether the pod's node selector and required node affinity accept the node.</summary>
    public static bool Matches(ApiMap<string> selector, NodeSelector? required, NodeState node) =>
        NodeSelection.IsSelected(selector, required, node.Name, node.Labels);

    public static bool Matches(NodeSelector selector, NodeState node) => NodeSelection.Accepts(selector, node.Name, node.Labels);

    public static bool Matches(NodeSelectorTerm term, NodeState node) => NodeSelection.Accepts(term, node.Name, node.Labels);

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
                if (requirement.Key != NodeSelection.NameField || requirement.Operator != NodeSelectorOperator.In) continue;
                if (ofTerm is null) ofTerm = [.. requirement.Values];
                else ofTerm.IntersectWith(requirement.Values);
            }

            if (ofTerm is null) return null;
            names.UnionWith(ofTerm);
        }

        return names;
    }
}
