using Keelson.Api.Names;

namespace Keelson.Api.Core.V1;

/// <summary>Checks of what selects nodes.</summary>
internal static class NodeSelectorExpectations
{
    // Labels that nodes had before their names were settled, each with what it is called now.
    private static readonly Dictionary<string, string> Successors = new(StringComparer.Ordinal)
    {
        ["failure-domain.beta.kubernetes.io/zone"] = "topology.kubernetes.io/zone",
        ["failure-domain.beta.kubernetes.io/region"] = "topology.kubernetes.io/region",
        ["beta.kubernetes.io/os"] = "kubernetes.io/os",
        ["beta.kubernetes.io/arch"] = "kubernetes.io/arch",
        ["beta.kubernetes.io/instance-type"] = "node.kubernetes.io/instance-type",
    };

    public static bool HasInvalidValues(NodeSelector selector) => selector.NodeSelectorTerms.Any(term =>
        term.MatchExpressions.Any(requirement => requirement.Values.Any(value => !LabelName.IsValue(value))));

    /// <summary>Whether two selectors are the same, but for labels that go by their newer names now.</summary>
    public static bool IsSameButForLabels(NodeSelector? selector, NodeSelector? old)
    {
        if (selector is null || old is null) return selector == old;
        return selector.NodeSelectorTerms.Count == old.NodeSelectorTerms.Count
            && selector.NodeSelectorTerms.Zip(old.NodeSelectorTerms).All(pair =>
                IsSame(pair.First.MatchExpressions, pair.Second.MatchExpressions) && IsSame(pair.First.MatchFields, pair.Second.MatchFields));
    }

    private static bool IsSame(ApiList<NodeSelectorRequirement> requirements, ApiList<NodeSelectorRequirement> old) =>
        requirements.Count == old.Count && requirements.Zip(old).All(pair =>
            pair.First == (Successors.GetValueOrDefault(pair.Second.Key) == pair.First.Key ? pair.Second with { Key = pair.First.Key } : pair.Second));
}
