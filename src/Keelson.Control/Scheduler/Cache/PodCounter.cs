namespace Keelson.Control.Scheduler.Cache;

/// <summary>How many of the pods that all its matchers mean are in each domain, or on each node. Kept current pod by pod.</summary>
internal sealed class PodCounter(IReadOnlyList<PodMatcher> matchers, Topology? topology, bool countsTerminating)
{
    private int[] _counts = [];

    /// <summary>All of them, wherever they are.</summary>
    public int Total { get; private set; }

    public IReadOnlyList<PodMatcher> Matchers { get; } = matchers;

    /// <summary>Null to count on each node.</summary>
    public Topology? Topology { get; } = topology;

    /// <summary>How many are in the domain of a node; none where the node is in no domain.</summary>
    public int At(int slot)
    {
        var place = Topology is null ? slot : Topology.DomainOf(slot);
        return (uint)place < (uint)_counts.Length ? _counts[place] : 0;
    }

    public bool Matches(PodInfo pod, ClusterState cluster)
    {
        if (!countsTerminating && pod.IsTerminating) return false;
        foreach (var matcher in Matchers)
        {
            if (!matcher.Matches(pod, cluster)) return false;
        }

        return true;
    }

    public void Count(PodInfo pod, int slot, int by, ClusterState cluster)
    {
        if (!Matches(pod, cluster)) return;
        var place = Topology is null ? slot : Topology.DomainOf(slot);
        if (place < 0) return;
        if (place >= _counts.Length) Array.Resize(ref _counts, Math.Max(16, (place + 1) * 2));
        _counts[place] += by;
        Total += by;
    }
}
