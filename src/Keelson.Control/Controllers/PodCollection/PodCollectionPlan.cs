using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Control.Workloads;

namespace Keelson.Control.Controllers.PodCollection;

/// <summary>Pods that nobody else will remove.</summary>
/// <param name="Ended">The oldest of those that have ended, where there are too many.</param>
/// <param name="Orphaned">Those on nodes that exist no more.</param>
/// <param name="Unscheduled">Those that are to go and never had a node that would let them.</param>
/// <param name="OutOfService">Those that are to go from a node that somebody has declared out of service.</param>
internal sealed record PodCollectionPlan(IReadOnlyList<Pod> Ended, IReadOnlyList<Pod> Orphaned, IReadOnlyList<Pod> Unscheduled, IReadOnlyList<Pod> OutOfService)
{
    private const string OutOfServiceTaint = "node.kubernetes.io/out-of-service";

    /// <param name="gone">The nodes that are known to be gone for good.</param>
    public static PodCollectionPlan Compute(IReadOnlyCollection<Pod> pods, IReadOnlyDictionary<string, Node> nodes, IReadOnlySet<string> gone, int threshold)
    {
        var ended = pods.Where(PodFacts.HasEnded).OrderBy(pod => pod.Metadata.CreationTimestamp).ThenBy(pod => pod.Metadata.Name, StringComparer.Ordinal).ToList();
        var surplus = threshold > 0 ? Math.Max(ended.Count - threshold, 0) : 0;
        return new PodCollectionPlan(
            ended[..surplus],
            [.. pods.Where(pod => pod.Spec.NodeName.Length > 0 && gone.Contains(pod.Spec.NodeName))],
            [.. pods.Where(pod => PodFacts.IsTerminating(pod) && pod.Spec.NodeName.Length == 0)],
            [.. pods.Where(pod => PodFacts.IsTerminating(pod) && nodes.TryGetValue(pod.Spec.NodeName, out var node) && IsOutOfService(node))]);
    }

    private static bool IsOutOfService(Node node) =>
        node.Spec.Taints.Any(taint => taint.Key == OutOfServiceTaint) && node.Status.Conditions.All(condition => condition is not { Type: NodeConditionType.Ready, Status: ConditionStatus.True });
}
