using Keelson.Api.Core.V1;
using Keelson.Api.Selectors;
using Keelson.Control.Scheduler.Cache;
using Keelson.Control.Scheduler.Framework;

namespace Keelson.Control.Scheduler.Plugins.TaintToleration;

/// <summary>Keeps pods from nodes whose taints they do not tolerate, and likes those less that would rather be left alone.</summary>
internal sealed class TaintTolerationPlugin : IFilter, IScore
{
    private static readonly Verdict Untolerated = Verdict.Never("TaintToleration", "node(s) had untolerated taint(s)");

    public string Name => "TaintToleration";

    public ClusterEvents WakesOn => ClusterEvents.NodeAdded | ClusterEvents.NodeTaints | ClusterEvents.PodChangedItself;

    bool IFilter.IsLocal => true;

    bool IScore.IsLocal => true;

    public Normalization Normalization => Normalization.HighestIsWorst;

    public bool MayHelp(PodInfo pod, in ClusterChange change) =>
        change.Node is not { } node || TaintTolerance.ToleratesAll(pod.Shape.Tolerations, node.HardTaints);

    public Verdict Filter(Cycle cycle, NodeState node) =>
        node.HardTaints.Count == 0 || TaintTolerance.ToleratesAll(cycle.Pod.Shape.Tolerations, node.HardTaints) ? Verdict.Fits : Untolerated;

    public long Score(Cycle cycle, NodeState node)
    {
        if (node.SoftTaints.Count == 0) return 0;
        return node.SoftTaints.Count(taint => !TaintTolerance.Tolerates(cycle.Pod.Shape.Tolerations, taint.Key, taint.Value, TaintEffect.PreferNoSchedule));
    }
}
