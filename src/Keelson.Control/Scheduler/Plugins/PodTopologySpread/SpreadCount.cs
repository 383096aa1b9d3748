using Keelson.Api.Selectors;
using Keelson.Control.Scheduler.Cache;
using Keelson.Control.Scheduler.Framework;

namespace Keelson.Control.Scheduler.Plugins.PodTopologySpread;

/// <summary>One spread constraint of a pod in one cycle: how many pods of the group each domain has that takes part.</summary>
internal sealed class SpreadCount
{
    private const int NotTakingPart = -1;

    private readonly PodCounter _counter;
    private readonly int[] _counts;

    private SpreadCount(SpreadTerm term, Cycle cycle)
    {
        Term = term;
        _counter = cycle.Cluster.Affinity.CountByNode(term.Matcher);
        Topology = cycle.Cluster.Affinity.Topology(term.Constraint.TopologyKey);
        _counts = new int[Topology.DomainCount];
        Array.Fill(_counts, NotTakingPart);
        Self = term.Matcher.Matches(cycle.Pod, cycle.Cluster) ? 1 : 0;
        MaxSkew = term.Constraint.MaxSkew;
    }

    public Topology Topology { get; }

    public int MaxSkew { get; }

    /// <summary>One where the pod itself is of the group.</summary>
    public int Self { get; }

    /// <summary>How many the emptiest domain has; none where there are fewer domains than the constraint asks for.</summary>
    public int Least { get; private set; }

    /// <summary>How much the constraint counts beside others: the more domains, the more.</summary>
    public double Weight { get; private set; }

    private SpreadTerm Term { get; }

    public int At(int domain) => Math.Max(0, _counts[domain]);

    /// <summary>Counts for all constraints together, as a node takes part only where it has the labels of all.</summary>
    public static void Prepare(IReadOnlyList<SpreadTerm> terms, Cycle cycle, List<SpreadCount> counts, ReadOnlySpan<NodeState> nodes)
    {
        foreach (var term in terms) counts.Add(new SpreadCount(term, cycle));
        var shape = cycle.Pod.Shape;
        var selects = !shape.NodeSelector.IsEmpty || shape.NodeAffinity?.RequiredDuringSchedulingIgnoredDuringExecution is not null;
        foreach (var node in nodes)
        {
            if (!IsInAll(counts, node.Slot)) continue;
            foreach (var count in counts) count.Count(node, shape, selects);
        }

        foreach (var count in counts) count.FindLeast();
    }

    /// <summary>Weighs the constraint by the domains among the nodes that fit.</summary>
    public void Weigh(ReadOnlySpan<NodeState> nodes)
    {
        var seen = new HashSet<int>();
        foreach (var node in nodes)
        {
            var domain = Topology.DomainOf(node.Slot);
            if (domain != Topology.None) seen.Add(domain);
        }

        Weight = Math.Log(seen.Count + 2);
    }

    private static bool IsInAll(List<SpreadCount> counts, int slot)
    {
        foreach (var count in counts)
        {
            if (count.Topology.DomainOf(slot) == Topology.None) return false;
        }

        return true;
    }

    private void Count(NodeState node, PodShape shape, bool selects)
    {
        if (selects && Term.HonorsAffinity && !shape.Selects(node)) return;
        if (Term.HonorsTaints && node.HardTaints.Count > 0 && !TaintTolerance.ToleratesAll(shape.Tolerations, node.HardTaints)) return;
        ref var count = ref _counts[Topology.DomainOf(node.Slot)];
        count = Math.Max(0, count) + _counter.At(node.Slot);
    }

    private void FindLeast()
    {
        var domains = 0;
        var least = int.MaxValue;
        foreach (var count in _counts)
        {
            if (count == NotTakingPart) continue;
            domains++;
            least = Math.Min(least, count);
        }

        Least = domains == 0 || domains < (Term.Constraint.MinDomains ?? 1) ? 0 : least;
    }
}
