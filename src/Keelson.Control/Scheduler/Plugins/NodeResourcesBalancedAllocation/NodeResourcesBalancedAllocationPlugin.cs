using Keelson.Control.Scheduler.Cache;
using Keelson.Control.Scheduler.Framework;

namespace Keelson.Control.Scheduler.Plugins.NodeResourcesBalancedAllocation;

/// <summary>Likes nodes on which processor and memory would be used in like measure.</summary>
internal sealed class NodeResourcesBalancedAllocationPlugin : IPreScore, IScore
{
    private const int Most = 100;

    public string Name => "NodeResourcesBalancedAllocation";

    bool IScore.IsLocal => true;

    /// <summary>A pod that asks for nothing unbalances nothing.</summary>
    public bool PreScore(Cycle cycle, ReadOnlySpan<NodeState> nodes) =>
        cycle.Pod.Shape.Requests is not { MilliCpu: 0, Memory: 0 };

    public long Score(Cycle cycle, NodeState node)
    {
        var wanted = cycle.Pod.Shape.Requests;
        var has = node.Allocatable;
        // Of one resource there is no balance: upstream's deviation is then none.
        if (has.MilliCpu <= 0 || has.Memory <= 0) return Most;
        var processor = Fraction(node.Requested.MilliCpu + wanted.MilliCpu, has.MilliCpu);
        var memory = Fraction(node.Requested.Memory + wanted.Memory, has.Memory);
        var deviation = Math.Abs(processor - memory) / 2;
        return (long)((1 - deviation) * Most);
    }

    private static double Fraction(long used, long has) => Math.Min(1, (double)used / has);
}
