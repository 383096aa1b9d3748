using System.Globalization;
using Keelson.Api.Core.V1;

namespace Keelson.Node.Kubelet.Admission;

/// <summary>Whether a pod wants to be on this node, and the node bears it.</summary>
internal static class NodeSelection
{
    public static bool IsSelected(PodSpec pod, ApiNode node)
    {
        if (!pod.NodeSelector.All(entry => node.Metadata.Labels.GetValueOrDefault(entry.Key) == entry.Value)) return false;
        return pod.Affinity?.NodeAffinity?.RequiredDuringSchedulingIgnoredDuringExecution is not { } required
            || required.NodeSelectorTerms.Any(term => IsMet(term, node));
    }

    /// <summary>Whether a taint of the node would drive the pod away at once.</summary>
    public static bool IsDrivenAway(PodSpec pod, ApiNode node) =>
        node.Spec.Taints.Any(taint => taint.Effect == TaintEffect.NoExecute && !pod.Tolerations.Any(toleration => Bears(toleration, taint)));

    private static bool Bears(Toleration toleration, Taint taint)
    {
        if ((toleration.Effect.Length > 0 && toleration.Effect != taint.Effect) || (toleration.Key.Length > 0 && toleration.Key != taint.Key)) return false;
        return toleration.Operator == TolerationOperator.Exists || (toleration.Operator is "" or TolerationOperator.Equal && toleration.Key.Length > 0 && toleration.Value == taint.Value);
    }

    // A term that asks for nothing selects nothing.
    private static bool IsMet(NodeSelectorTerm term, ApiNode node) =>
        !(term.MatchExpressions.IsEmpty && term.MatchFields.IsEmpty)
        && term.MatchExpressions.All(requirement => IsMet(requirement, node.Metadata.Labels.GetValueOrDefault(requirement.Key)))
        && term.MatchFields.All(requirement => requirement.Key == "metadata.name" && IsMet(requirement, node.Metadata.Name));

    private static bool IsMet(NodeSelectorRequirement requirement, string? value) => requirement.Operator switch
    {
        NodeSelectorOperator.In => value is not null && requirement.Values.Contains(value),
        NodeSelectorOperator.NotIn => value is null || !requirement.Values.Contains(value),
        NodeSelectorOperator.Exists => value is not null,
        NodeSelectorOperator.DoesNotExist => value is null,
        NodeSelectorOperator.Gt => Compare(requirement, value) > 0,
        NodeSelectorOperator.Lt => Compare(requirement, value) < 0,
        _ => false,
    };

    private static int Compare(NodeSelectorRequirement requirement, string? value) =>
        requirement.Values is [var bound]
        && long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var left)
        && long.TryParse(bound, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var right) ? left.CompareTo(right) : 0;
}
