using Keelson.Control.Scheduler.Cache;
using Keelson.Control.Scheduler.Framework;

namespace Keelson.Control.Scheduler.Plugins.NodeResourcesFit;

/// <summary>Promises no node's resources twice, and likes the nodes best that have most left (LeastAllocated).</summary>
internal sealed class NodeResourcesFitPlugin : IFilter, IScore
{
    private const int Most = 100;

    public string Name => "NodeResourcesFit";

    public ClusterEvents WakesOn => ClusterEvents.NodeAdded | ClusterEvents.NodeAllocatable | ClusterEvents.PodRemoved | ClusterEvents.PodChangedItself;

    bool IFilter.IsLocal => true;

    bool IScore.IsLocal => true;

    public bool MayHelp(PodInfo pod, in ClusterChange change) => change.Node is not { } node || Filter(pod.Shape, node).IsFit;

    public Verdict Filter(Cycle cycle, NodeState node) => Filter(cycle.Pod.Shape, node);

    public long Score(Cycle cycle, NodeState node)
    {
        var wanted = cycle.Pod.Shape.PresumedRequests;
        var sum = 0L;
        var resources = 0;
        Rate(node.Allocatable.MilliCpu, node.Presumed.MilliCpu + wanted.MilliCpu, ref sum, ref resources);
        Rate(node.Allocatable.Memory, node.Presumed.Memory + wanted.Memory, ref sum, ref resources);
        return resources == 0 ? 0 : sum / resources;
    }

    /// <summary>Whether a node has room for a pod, with every resource of which there is too little.</summary>
    public static Verdict Filter(PodShape shape, NodeState node)
    {
        var wanted = shape.Requests;
        ref readonly var used = ref node.Requested;
        var has = node.Allocatable;
        if (node.Pods.Count + 1 <= node.AllowedPods
            && Fits(wanted.MilliCpu, used.MilliCpu, has.MilliCpu) && Fits(wanted.Memory, used.Memory, has.Memory)
            && Fits(wanted.EphemeralStorage, used.EphemeralStorage, has.EphemeralStorage) && wanted.Others is null)
        {
            return Verdict.Fits;
        }

        return Explain(wanted, node);
    }

    private static Verdict Explain(in ResourceAmounts wanted, NodeState node)
    {
        var reasons = new List<string>();
        var isResolvable = true;
        if (node.Pods.Count + 1 > node.AllowedPods) reasons.Add("Too many pods");
        Check("cpu", wanted.MilliCpu, node.Requested.MilliCpu, node.Allocatable.MilliCpu, reasons, ref isResolvable);
        Check("memory", wanted.Memory, node.Requested.Memory, node.Allocatable.Memory, reasons, ref isResolvable);
        Check("ephemeral-storage", wanted.EphemeralStorage, node.Requested.EphemeralStorage, node.Allocatable.EphemeralStorage, reasons, ref isResolvable);
        if (wanted.Others is { } others)
        {
            foreach (var (name, amount) in others)
            {
                Check(name, amount, node.Requested.Others?.GetValueOrDefault(name) ?? 0, node.Allocatable.Others?.GetValueOrDefault(name) ?? 0, reasons, ref isResolvable);
            }
        }

        if (reasons.Count == 0) return Verdict.Fits;
        return isResolvable ? Verdict.No("NodeResourcesFit", reasons) : Verdict.Never("NodeResourcesFit", reasons);
    }

    private static void Check(string name, long wanted, long used, long has, List<string> reasons, ref bool isResolvable)
    {
        if (Fits(wanted, used, has)) return;
        reasons.Add("Insufficient " + name);
        // On an empty node it would not fit either.
        if (wanted > has) isResolvable = false;
    }

    private static bool Fits(long wanted, long used, long has) => wanted <= 0 || wanted <= has - used;

    private static void Rate(long has, long used, ref long sum, ref int resources)
    {
        if (has <= 0) return;
        resources++;
        if (used <= has) sum += has < long.MaxValue / Most ? (has - used) * Most / has : (has - used) / (has / Most);
    }
}
