using System.Globalization;
using Keelson.Api.Core.V1;

namespace Keelson.Api.Selectors;

/// <summary>Says whether a node is one that a pod or a volume asks for by labels or by name.</summary>
public static class NodeSelection
{
    /// <summary>The only field of a node that a term can ask about.</summary>
    public const string NameField = "metadata.name";

    /// <summary>Whether the pod's node selector and required node affinity accept the node.</summary>
    public static bool IsSelected(PodSpec pod, Node node) => IsSelected(
        pod.NodeSelector, pod.Affinity?.NodeAffinity?.RequiredDuringSchedulingIgnoredDuringExecution, node.Metadata.Name, node.Metadata.Labels);

    /// <summary>Whether a node of that name and with those labels has all labels of the selector and is accepted by what is required, if anything is.</summary>
    public static bool IsSelected(ApiMap<string> selector, NodeSelector? required, string name, ApiMap<string> labels)
    {
        foreach (var (key, value) in selector)
        {
            if (!labels.TryGetValue(key, out var has) || has != value) return false;
        }

        return required is null || Accepts(required, name, labels);
    }

    /// <summary>Whether any of the terms accepts the node; no terms accept none.</summary>
    public static bool Accepts(NodeSelector selector, string name, ApiMap<string> labels)
    {
        foreach (var term in selector.NodeSelectorTerms)
        {
            if (Accepts(term, name, labels)) return true;
        }

        return false;
    }

    /// <summary>Whether all conditions of the term hold; a term without conditions accepts nothing.</summary>
    public static bool Accepts(NodeSelectorTerm term, string name, ApiMap<string> labels)
    {
        if (term.MatchExpressions.IsEmpty && term.MatchFields.IsEmpty) return false;
        foreach (var requirement in term.MatchExpressions)
        {
            if (!Holds(requirement, labels.TryGetValue(requirement.Key, out var value) ? value : null)) return false;
        }

        foreach (var requirement in term.MatchFields)
        {
            if (requirement.Key != NameField || !Holds(requirement, name)) return false;
        }

        return true;
    }

    private static bool Holds(NodeSelectorRequirement requirement, string? value) => requirement.Operator switch
    {
        NodeSelectorOperator.In => value is not null && requirement.Values.Contains(value),
        NodeSelectorOperator.NotIn => value is null || !requirement.Values.Contains(value),
        NodeSelectorOperator.Exists => value is not null,
        NodeSelectorOperator.DoesNotExist => value is null,
        NodeSelectorOperator.Gt => Compare(requirement, value) > 0,
        NodeSelectorOperator.Lt => Compare(requirement, value) < 0,
        _ => false,
    };

    // What is not a number on either side is neither greater nor less.
    private static int? Compare(NodeSelectorRequirement requirement, string? value) =>
        requirement.Values is [var bound] && Number(value) is { } left && Number(bound) is { } right ? left.CompareTo(right) : null;

    private static long? Number(string? text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
