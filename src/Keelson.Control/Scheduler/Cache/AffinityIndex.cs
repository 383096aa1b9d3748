namespace Keelson.Control.Scheduler.Cache;

/// <summary>What affinity, anti-affinity and spreading need to know of placed pods, counted as pods come and go.</summary>
/// <remarks>A question that was never asked is answered once by going through all pods; from then on it is kept current.</remarks>
internal sealed class AffinityIndex(ClusterState cluster)
{
    /// <summary>The most questions that are kept current; past it all are forgotten and asked anew as needed.</summary>
    public const int CounterLimit = 4096;

    /// <summary>What a placed pod's required affinity is worth to those that it means, as a preference; upstream's default.</summary>
    public const int RequiredAffinityWeight = 1;

    private readonly Dictionary<string, Topology> _topologies = [];
    private readonly Dictionary<string, PodCounter> _counters = [];
    private readonly Dictionary<string, List<PodCounter>> _byNamespace = [];
    private readonly List<PodCounter> _elsewhere = [];
    private readonly Dictionary<string, TermGroup> _antiAffinity = [];
    private readonly Dictionary<string, TermGroup> _liking = [];

    /// <summary>Required anti-affinity of placed pods.</summary>
    public IReadOnlyCollection<TermGroup> AntiAffinity => _antiAffinity.Values;

    /// <summary>What placed pods like and dislike beside them, with weights.</summary>
    public IReadOnlyCollection<TermGroup> Liking => _liking.Values;

    public Topology Topology(string key)
    {
        if (_topologies.TryGetValue(key, out var topology)) return topology;
        topology = new Topology(key);
        foreach (var node in cluster.KnownNodes) topology.Set(node);
        _topologies[key] = topology;
        return topology;
    }

    /// <summary>Pods in each domain that all the matchers mean.</summary>
    public PodCounter CountByDomain(IReadOnlyList<PodMatcher> matchers, string topologyKey) =>
        Counter($"{topologyKey}|{string.Join('&', matchers.Select(matcher => matcher.Text))}", matchers, Topology(topologyKey), countsTerminating: true);

    /// <summary>Pods on each node that the matcher means; those on their way out do not count.</summary>
    public PodCounter CountByNode(PodMatcher matcher) => Counter("|" + matcher.Text, [matcher], null, countsTerminating: false);

    public void Add(PodInfo pod, NodeState node) => Count(pod, node, 1);

    public void Remove(PodInfo pod, NodeState node) => Count(pod, node, -1);

    /// <summary>Takes over the labels of a node, which has no counted pods at that moment.</summary>
    public void Set(NodeState node)
    {
        foreach (var topology in _topologies.Values) topology.Set(node);
    }

    /// <summary>Forgets what was counted by labels of namespaces, which have changed.</summary>
    public void ForgetNamespaces()
    {
        foreach (var key in _counters.Where(entry => entry.Value.Matchers.Any(matcher => matcher.SelectsNamespaces)).Select(entry => entry.Key).ToList())
        {
            var counter = _counters[key];
            _counters.Remove(key);
            Bucket(counter).Remove(counter);
        }
    }

    private PodCounter Counter(string key, IReadOnlyList<PodMatcher> matchers, Topology? topology, bool countsTerminating)
    {
        if (_counters.TryGetValue(key, out var counter)) return counter;
        if (_counters.Count >= CounterLimit)
        {
            _counters.Clear();
            _byNamespace.Clear();
            _elsewhere.Clear();
        }

        counter = new PodCounter(matchers, topology, countsTerminating);
        foreach (var node in cluster.KnownNodes)
        {
            foreach (var pod in node.Pods.Values) counter.Count(pod, node.Slot, 1, cluster);
        }

        _counters[key] = counter;
        Bucket(counter).Add(counter);
        return counter;
    }

    private List<PodCounter> Bucket(PodCounter counter)
    {
        if (counter.Matchers[0].OnlyNamespace is not { } name) return _elsewhere;
        if (!_byNamespace.TryGetValue(name, out var bucket)) _byNamespace[name] = bucket = [];
        return bucket;
    }

    private void Count(PodInfo pod, NodeState node, int by)
    {
        if (_counters.Count > 0)
        {
            if (_byNamespace.TryGetValue(pod.Key.Namespace, out var bucket))
            {
                foreach (var counter in bucket) counter.Count(pod, node.Slot, by, cluster);
            }

            foreach (var counter in _elsewhere) counter.Count(pod, node.Slot, by, cluster);
        }

        if (pod.Terms is not { HasAffinity: true } terms) return;
        foreach (var term in terms.AntiAffinity) Add(_antiAffinity, term, node, by, by);
        foreach (var term in terms.Affinity) Add(_liking, term, node, by * RequiredAffinityWeight, by);
        foreach (var term in terms.Preferred) Add(_liking, term, node, by * term.Weight, by);
    }

    private void Add(Dictionary<string, TermGroup> groups, AffinityTerm term, NodeState node, long weight, int holders)
    {
        if (!groups.TryGetValue(term.Text, out var group)) groups[term.Text] = group = new TermGroup(term.Matcher, Topology(term.TopologyKey));
        group.Add(node.Slot, weight, holders);
        if (group.Holders == 0) groups.Remove(term.Text);
    }
}
