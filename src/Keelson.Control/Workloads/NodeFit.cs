using System.Globalization;
using Keelson.Api;
using Keelson.Api.Core.V1;

namespace Keelson.Control.Workloads;

/// <summary>Whether a pod may be on a node, by what the pod asks of nodes and what keeps pods off the node.</summary>
internal static class NodeFit
{
    /// <summary>Whether the node's labels and name are what the pod's selector and affinity require.</summary>
    public static bool IsSelected(PodSpec pod, Node node)
    {
        if (!pod.NodeSelector.All(entry => node.Metadata.Labels.GetValueOrDefault(entry.Key) == entry.Value)) return false;
        var required = pod.Affinity?.NodeAffinity?.RequiredDuringSchedulingIgnoredDuringExecution;
        return required is null || required.NodeSelectorTerms.Any(term => Matches(term, node));
    }

    /// <summary>The first taint with one of the effects that the pod does not tolerate.</summary>
    public static Taint? Untolerated(ApiList<Toleration> tolerations, ApiList<Taint> taints, params ReadOnlySpan<string> effects)
    {
        foreach (var taint in taints)
        {
            if (effects.Contains(taint.Effect) && tolerations.FindIndex(toleration => Tolerates(toleration, taint)) < 0) return taint;
        }

        return null;
    }

    public static bool Tolerates(Toleration toleration, Taint taint)
    {
        if (toleration.Effect.Length > 0 && toleration.Effect != taint.Effect) return false;
        if (toleration.Key.Length > 0 && toleration.Key != taint.Key) return false;
        return toleration.Operator switch
        {
            "" or TolerationOperator.Equal => toleration.Key.Length > 0 && toleration.Value == taint.Value,
            TolerationOperator.Exists => true,
            TolerationOperator.Gt => Number(taint.Value) is { } value && Number(toleration.Value) is { } bound && value > bound,
            TolerationOperator.Lt => Number(taint.Value) is { } value && Number(toleration.Value) is { } bound && value < bound,
            _ => false,
        };
    }

    // A term that asks for nothing selects nothing.
    private static bool Matches(NodeSelectorTerm term, Node node) =>
        (!term.MatchExpressions.IsEmpty || !term.MatchFields.IsEmpty)
        && term.MatchExpressions.All(requirement => Matches(requirement, node.Metadata.Labels.GetValueOrDefault(requirement.Key)))
        && term.MatchFields.All(requirement => requirement.Key == "metadata.name" && Matches(requirement, node.Metadata.Name));

    private static bool Matches(NodeSelectorRequirement requirement, string? value) => requirement.Operator switch
    {
        NodeSelectorOperator.In => value is not null && requirement.Values.Contains(value),
        NodeSelectorOperator.NotIn => value is null || !requirement.Values.Contains(value),
        NodeSelectorOperator.Exists => value is not null,
        NodeSelectorOperator.DoesNotExist => value is null,
        NodeSelectorOperator.Gt => Number(value) is { } number && requirement.Values is [var bound] && number > Number(bound),
        NodeSelectorOperator.Lt => Number(value) is { } number && requirement.Values is [var bound] && number < Number(bound),
        _ => false,
    };

    private static long? Number(string? text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
