using Keelson.Control.Scheduler.Cache;
using Keelson.Control.Scheduler.Framework;

namespace Keelson.Control.Scheduler.Plugins.PodTopologySpread;

/// <summary>Keeps the pods of a group evenly over the domains of a topology, as required or as preferred.</summary>
internal sealed class PodTopologySpreadPlugin : IPreFilter, IFilter, IPreScore, IScore
{
    private const int Most = 100;
    private static readonly Verdict Skewed = Verdict.No("PodTopologySpread", "node(s) didn't match pod topology spread constraints");
    private static readonly Verdict Unlabeled = Verdict.Never("PodTopologySpread", "node(s) didn't match pod topology spread constraints (missing required label)");

    private readonly List<SpreadCount> _required = [];
    private readonly List<SpreadCount> _preferred = [];

    public string Name => "PodTopologySpread";

    public ClusterEvents WakesOn =>
        ClusterEvents.NodeAdded | ClusterEvents.NodeLabels | ClusterEvents.NodeTaints | ClusterEvents.PodAssigned | ClusterEvents.PodRemoved
        | ClusterEvents.PodLabels | ClusterEvents.PodChangedItself;

    public Normalization Normalization => Normalization.Own;

    public bool MayHelp(PodInfo pod, in ClusterChange change)
    {
        if (change.Pod is not { } other || pod.Terms is not { } terms) return true;
        return other.Key.Namespace == pod.Key.Namespace && terms.RequiredSpread.Count > 0;
    }

    public PreFilterAnswer PreFilter(Cycle cycle)
    {
        _required.Clear();
        if (cycle.Pod.Terms is not { RequiredSpread.Count: > 0 } terms) return PreFilterAnswer.Skip;
        SpreadCount.Prepare(terms.RequiredSpread, cycle, _required, cycle.Cluster.Nodes);
        return PreFilterAnswer.Go;
    }

    public Verdict Filter(Cycle cycle, NodeState node)
    {
        foreach (var count in _required)
        {
            var domain = count.Topology.DomainOf(node.Slot);
            if (domain == Topology.None) return Unlabeled;
            // Upstream: what is there, and this pod if it counts itself, less the emptiest domain.
            if (count.At(domain) + count.Self - count.Least > count.MaxSkew) return Skewed;
        }

        return Verdict.Fits;
    }

    public bool PreScore(Cycle cycle, ReadOnlySpan<NodeState> nodes)
    {
        _preferred.Clear();
        if (cycle.Pod.Terms is not { PreferredSpread.Count: > 0 } terms) return false;
        SpreadCount.Prepare(terms.PreferredSpread, cycle, _preferred, cycle.Cluster.Nodes);
        foreach (var count in _preferred) count.Weigh(nodes);
        return true;
    }

    public long Score(Cycle cycle, NodeState node)
    {
        var score = 0.0;
        foreach (var count in _preferred)
        {
            var domain = count.Topology.DomainOf(node.Slot);
            // A node outside of any domain is the last choice.
            if (domain == Topology.None) return -1;
            score += (count.At(domain) * count.Weight) + (count.MaxSkew - 1);
        }

        return (long)Math.Round(score, MidpointRounding.AwayFromZero);
    }

    public void Normalize(Cycle cycle, Span<long> scores)
    {
        var (least, most) = (long.MaxValue, 0L);
        foreach (var score in scores)
        {
            if (score >= 0) (least, most) = (Math.Min(least, score), Math.Max(most, score));
        }

        for (var i = 0; i < scores.Length; i++)
        {
            if (scores[i] < 0) scores[i] = 0;
            else scores[i] = most == 0 ? Most : Most * (most + least - scores[i]) / most;
        }
    }
}
