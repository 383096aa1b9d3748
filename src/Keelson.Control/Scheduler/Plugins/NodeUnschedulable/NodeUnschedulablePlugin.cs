using Keelson.Api.Core.V1;
using Keelson.Api.Selectors;
using Keelson.Control.Scheduler.Cache;
using Keelson.Control.Scheduler.Framework;

namespace Keelson.Control.Scheduler.Plugins.NodeUnschedulable;

/// <summary>Leaves cordoned nodes alone, but for pods that tolerate the taint that goes with it.</summary>
internal sealed class NodeUnschedulablePlugin : IFilter
{
    private static readonly Verdict Cordoned = Verdict.Never("NodeUnschedulable", "node(s) were unschedulable");

    public string Name => "NodeUnschedulable";

    public ClusterEvents WakesOn => ClusterEvents.NodeAdded | ClusterEvents.NodeTaints | ClusterEvents.PodChangedItself;

    public bool IsLocal => true;

    public bool MayHelp(PodInfo pod, in ClusterChange change) => change.Node is not { IsUnschedulable: true };

    public Verdict Filter(Cycle cycle, NodeState node)
    {
        if (!node.IsUnschedulable) return Verdict.Fits;
        return TaintTolerance.Tolerates(cycle.Pod.Shape.Tolerations, NodeState.UnschedulableTaint, "", TaintEffect.NoSchedule) ? Verdict.Fits : Cordoned;
    }
}
