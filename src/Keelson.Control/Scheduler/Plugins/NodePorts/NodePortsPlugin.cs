using Keelson.Control.Scheduler.Cache;
using Keelson.Control.Scheduler.Framework;

namespace Keelson.Control.Scheduler.Plugins.NodePorts;

/// <summary>Gives a port of a node to one pod only.</summary>
internal sealed class NodePortsPlugin : IFilter
{
    private static readonly Verdict Taken = Verdict.No("NodePorts", "node(s) didn't have free ports for the requested pod ports");

    public string Name => "NodePorts";

    public ClusterEvents WakesOn => ClusterEvents.NodeAdded | ClusterEvents.PodRemoved;

    public bool IsLocal => true;

    public bool MayHelp(PodInfo pod, in ClusterChange change) =>
        change.Pod is not { } gone || gone.Shape.Ports.Any(port => pod.Shape.Ports.Any(port.ConflictsWith));

    public Verdict Filter(Cycle cycle, NodeState node)
    {
        var wanted = cycle.Pod.Shape.Ports;
        if (wanted.Count == 0 || node.Ports.Count == 0) return Verdict.Fits;
        foreach (var port in wanted)
        {
            foreach (var taken in node.Ports)
            {
                if (port.ConflictsWith(taken)) return Taken;
            }
        }

        return Verdict.Fits;
    }
}
