using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Selectors;

namespace Keelson.Control.Controllers.Nodes;

/// <summary>When a pod has to leave its node because of taints.</summary>
internal static class Eviction
{
    /// <summary>The moment; null where the pod may stay for as long as the taints are what they are.</summary>
    public static Time? At(Pod pod, Node node, Time now)
    {
        Time? at = null;
        foreach (var taint in node.Spec.Taints.Where(taint => taint.Effect == TaintEffect.NoExecute))
        {
            var tolerated = pod.Spec.Tolerations.Where(toleration => TaintTolerance.Tolerates(toleration, taint)).ToList();
            if (tolerated.Count == 0) return now;
            // Of several that fit the shortest counts; without a time it is forever.
            var limits = tolerated.Where(toleration => toleration.TolerationSeconds is not null).Select(toleration => Math.Max(toleration.TolerationSeconds!.Value, 0)).ToList();
            if (limits.Count == 0) continue;
            var end = (taint.TimeAdded ?? now) + TimeSpan.FromSeconds(Math.Min(limits.Min(), int.MaxValue));
            if (at is null || end < at) at = end;
        }

        return at;
    }
}
