using Keelson.Control.Scheduler.Cache;
using Keelson.Control.Scheduler.Framework;

namespace Keelson.Control.Scheduler.Plugins.NodeName;

/// <summary>A pod that names its node goes there or nowhere.</summary>
internal sealed class NodeNamePlugin : IPreFilter, IFilter
{
    private static readonly Verdict OtherNode = Verdict.Never("NodeName", "node(s) didn't match the requested node name");

    public string Name => "NodeName";

    public ClusterEvents WakesOn => ClusterEvents.NodeAdded;

    public PreFilterAnswer PreFilter(Cycle cycle) => cycle.Pod.Pod.Spec.NodeName.Length == 0 ? PreFilterAnswer.Skip : PreFilterAnswer.Go;

    public Verdict Filter(Cycle cycle, NodeState node) => cycle.Pod.Pod.Spec.NodeName == node.Name ? Verdict.Fits : OtherNode;
}
