namespace Keelson.Control.Scheduler.Cache;

/// <summary>A term that placed pods have, the same in all of them: its weight in each domain where such a pod is.</summary>
internal sealed class TermGroup(PodMatcher matcher, Topology topology)
{
    private long[] _weights = [];

    public PodMatcher Matcher { get; } = matcher;

    public Topology Topology { get; } = topology;

    /// <summary>How many pods have the term.</summary>
    public int Holders { get; private set; }

    public long At(int slot)
    {
        var domain = Topology.DomainOf(slot);
        return (uint)domain < (uint)_weights.Length ? _weights[domain] : 0;
    }

    public void Add(int slot, long weight, int holders)
    {
        Holders += holders;
        var domain = Topology.DomainOf(slot);
        if (domain < 0) return;
        if (domain >= _weights.Length) Array.Resize(ref _weights, Math.Max(16, (domain + 1) * 2));
        _weights[domain] += weight;
    }
}
