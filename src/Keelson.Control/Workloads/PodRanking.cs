using System.Globalization;
using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;

namespace Keelson.Control.Workloads;

/// <summary>Which of a set's pods goes first when there are too many: the one that is missed least, as upstream ranks them.</summary>
internal sealed class PodRanking : IComparer<Pod>
{
    /// <summary>A number on a pod: those with a lower one go first.</summary>
    public const string CostAnnotation = "controller.kubernetes.io/pod-deletion-cost";

    private readonly Time _now;
    private readonly Dictionary<string, int> _perNode = [];

    /// <param name="related">Pods of all sets with the same owner; a node with many of them loses one first.</param>
    public PodRanking(IEnumerable<Pod> related, Time now)
    {
        _now = now;
        foreach (var pod in related)
        {
            if (PodFacts.IsActive(pod)) _perNode[pod.Spec.NodeName] = _perNode.GetValueOrDefault(pod.Spec.NodeName) + 1;
        }
    }

    /// <summary>Less than zero where the left one goes first.</summary>
    public int Compare(Pod? x, Pod? y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        var order = (x.Spec.NodeName.Length > 0).CompareTo(y.Spec.NodeName.Length > 0);
        if (order == 0) order = PhaseRank(x).CompareTo(PhaseRank(y));
        if (order == 0) order = PodFacts.IsReady(x).CompareTo(PodFacts.IsReady(y));
        if (order == 0) order = Cost(x).CompareTo(Cost(y));
        if (order == 0) order = NodeRank(y).CompareTo(NodeRank(x));
        if (order == 0) order = YoungestFirst(x, y, ReadySince(x), ReadySince(y));
        if (order == 0) order = Restarts(y).CompareTo(Restarts(x));
        if (order == 0) order = YoungestFirst(x, y, x.Metadata.CreationTimestamp, y.Metadata.CreationTimestamp);
        return order;
    }

    private static int PhaseRank(Pod pod) => pod.Status.Phase switch { PodPhase.Running => 2, PodPhase.Unknown => 1, _ => 0 };

    private static int Cost(Pod pod) =>
        pod.Metadata.Annotations.GetValueOrDefault(CostAnnotation) is { } text && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var cost) ? cost : 0;

    private int NodeRank(Pod pod) => _perNode.GetValueOrDefault(pod.Spec.NodeName);

    private static Time ReadySince(Pod pod) =>
        PodFacts.Condition(pod, PodConditionType.Ready) is { Status: ConditionStatus.True } ready ? ready.LastTransitionTime : default;

    private static int Restarts(Pod pod) => pod.Status.ContainerStatuses.Select(status => status.RestartCount).DefaultIfEmpty().Max();

    // Ages that are about the same count as the same, so that not always the newest node's pods go; then the uid decides.
    private int YoungestFirst(Pod left, Pod right, Time leftSince, Time rightSince)
    {
        if (leftSince == rightSince) return 0;
        if (leftSince.IsZero || rightSince.IsZero) return leftSince.IsZero ? -1 : 1;
        var order = Magnitude(leftSince).CompareTo(Magnitude(rightSince));
        return order != 0 ? order : string.CompareOrdinal(left.Metadata.Uid, right.Metadata.Uid);
    }

    private long Magnitude(Time since) => (long)Math.Log2(Math.Max((_now - since).TotalNanoseconds, 1));
}
