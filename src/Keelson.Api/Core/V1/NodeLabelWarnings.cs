using Keelson.Api.Meta.V1;
using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

/// <summary>Labels of nodes that have gone out of use.</summary>
internal static class NodeLabelWarnings
{
    /// <summary>Why a label should not be used any more; null for all others.</summary>
    public static string? Of(string label) => label switch
    {
        "beta.kubernetes.io/arch" => "deprecated since v1.14; use \"kubernetes.io/arch\" instead",
        "beta.kubernetes.io/os" => "deprecated since v1.14; use \"kubernetes.io/os\" instead",
        "failure-domain.beta.kubernetes.io/region" => "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead",
        "failure-domain.beta.kubernetes.io/zone" => "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead",
        "beta.kubernetes.io/instance-type" => "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead",
        _ => null,
    };

    /// <summary>Warns of what a term asks nodes for; the place is the term.</summary>
    public static void Warn(NodeSelectorTerm term, FieldWarnings warnings)
    {
        for (var i = 0; i < term.MatchExpressions.Count; i++)
        {
            var key = term.MatchExpressions[i].Key;
            if (Of(key) is not { } why) continue;
            using (warnings.In("matchExpressions", i)) warnings.Add("key", $"{key} is {why}");
        }
    }

    /// <summary>Warns of what a selector asks nodes for; the place is the selector.</summary>
    public static void Warn(LabelSelector selector, FieldWarnings warnings)
    {
        for (var i = 0; i < selector.MatchExpressions.Count; i++)
        {
            var key = selector.MatchExpressions[i].Key;
            if (Of(key) is not { } why) continue;
            using (warnings.In("matchExpressions", i)) warnings.Add("key", $"{key} is {why}");
        }

        foreach (var (label, _) in selector.MatchLabels)
        {
            if (Of(label) is { } why) using (warnings.In("matchLabels")) warnings.Add(label, why);
        }
    }
}
