using Keelson.Control.Scheduler.Cache;
using Keelson.Control.Scheduler.Framework;

namespace Keelson.Control.Scheduler.Plugins.InterPodAffinity;

/// <summary>Puts pods near those that they need or like, and away from those that they or that them cannot bear.</summary>
internal sealed class InterPodAffinityPlugin : IPreFilter, IFilter, IPreScore, IScore
{
    private const int Most = 100;
    private static readonly Verdict Lonely = Verdict.Never("InterPodAffinity", "node(s) didn't match pod affinity rules");
    private static readonly Verdict Crowded = Verdict.No("InterPodAffinity", "node(s) didn't match pod anti-affinity rules");
    private static readonly Verdict Unwelcome = Verdict.No("InterPodAffinity", "node(s) didn't satisfy existing pods anti-affinity rules");

    private readonly List<PodCounter> _needed = [];
    private readonly List<PodCounter> _shunned = [];
    private readonly List<TermGroup> _shunning = [];
    private readonly List<(PodCounter Counter, int Weight)> _liked = [];
    private readonly List<TermGroup> _liking = [];
    private bool _isFirst;

    public string Name => "InterPodAffinity";

    public ClusterEvents WakesOn =>
        ClusterEvents.NodeAdded | ClusterEvents.NodeLabels | ClusterEvents.PodAssigned | ClusterEvents.PodRemoved | ClusterEvents.PodLabels
        | ClusterEvents.Namespace | ClusterEvents.PodChangedItself;

    public Normalization Normalization => Normalization.Own;

    public PreFilterAnswer PreFilter(Cycle cycle)
    {
        var (pod, index) = (cycle.Pod, cycle.Cluster.Affinity);
        _needed.Clear();
        _shunned.Clear();
        _shunning.Clear();
        if (pod.Terms is { } terms)
        {
            if (terms.Affinity.Count > 0) Need(terms.Affinity, cycle);
            foreach (var term in terms.AntiAffinity) _shunned.Add(index.CountByDomain([term.Matcher], term.TopologyKey));
        }

        foreach (var group in index.AntiAffinity)
        {
            if (group.Matcher.Matches(pod, cycle.Cluster)) _shunning.Add(group);
        }

        return _needed.Count + _shunned.Count + _shunning.Count == 0 ? PreFilterAnswer.Skip : PreFilterAnswer.Go;
    }

    public Verdict Filter(Cycle cycle, NodeState node)
    {
        if (_needed.Count > 0 && !HasNeeded(node)) return Lonely;
        foreach (var counter in _shunned)
        {
            if (counter.At(node.Slot) > 0) return Crowded;
        }

        foreach (var group in _shunning)
        {
            if (group.At(node.Slot) > 0) return Unwelcome;
        }

        return Verdict.Fits;
    }

    public bool PreScore(Cycle cycle, ReadOnlySpan<NodeState> nodes)
    {
        var (pod, index) = (cycle.Pod, cycle.Cluster.Affinity);
        _liked.Clear();
        _liking.Clear();
        foreach (var term in pod.Terms?.Preferred ?? []) _liked.Add((index.CountByDomain([term.Matcher], term.TopologyKey), term.Weight));
        foreach (var group in index.Liking)
        {
            if (group.Matcher.Matches(pod, cycle.Cluster)) _liking.Add(group);
        }

        return _liked.Count + _liking.Count > 0;
    }

    public long Score(Cycle cycle, NodeState node)
    {
        var score = 0L;
        foreach (var (counter, weight) in _liked) score += (long)counter.At(node.Slot) * weight;
        foreach (var group in _liking) score += group.At(node.Slot);
        return score;
    }

    public void Normalize(Cycle cycle, Span<long> scores)
    {
        var (least, most) = (long.MaxValue, long.MinValue);
        foreach (var score in scores) (least, most) = (Math.Min(least, score), Math.Max(most, score));
        var range = most - least;
        for (var i = 0; i < scores.Length; i++) scores[i] = range > 0 ? (long)(Most * ((double)(scores[i] - least) / range)) : 0;
    }

    private void Need(IReadOnlyList<AffinityTerm> terms, Cycle cycle)
    {
        // Upstream counts a pod towards any of the terms only where it is meant by all of them.
        PodMatcher[] matchers = [.. terms.Select(term => term.Matcher)];
        foreach (var term in terms) _needed.Add(cycle.Cluster.Affinity.CountByDomain(matchers, term.TopologyKey));
        // The first pod of a group that wants to be together has nobody to be with: it may begin anywhere.
        _isFirst = _needed.TrueForAll(counter => counter.Total == 0) && _needed[0].Matches(cycle.Pod, cycle.Cluster);
    }

    private bool HasNeeded(NodeState node)
    {
        foreach (var counter in _needed)
        {
            if (counter.Topology!.DomainOf(node.Slot) == Topology.None) return false;
            if (!_isFirst && counter.At(node.Slot) == 0) return false;
        }

        return true;
    }
}
