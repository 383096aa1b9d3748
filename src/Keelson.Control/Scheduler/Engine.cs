using Keelson.Control.Scheduler.Cache;
using Keelson.Control.Scheduler.Framework;

namespace Keelson.Control.Scheduler;

/// <summary>Finds a node for a pod: filters, scores, selects. It knows no clock and no network, and is used by one thread.</summary>
internal sealed partial class Engine
{
    /// <summary>Fewer nodes than this are always all looked at.</summary>
    public const int FewestNodes = 100;

    private readonly ClusterState _cluster;
    private readonly Profile _profile;
    private readonly EngineOptions _options;
    private readonly Random _random;
    private readonly Cycle _cycle;
    private readonly List<IFilter> _wide = [];
    private readonly NodeFindings _scratch;
    private NodeState[] _feasible = [];
    private int _feasibleCount;
    private int _start;

    public Engine(ClusterState cluster, Profile profile, EngineOptions options)
    {
        _cluster = cluster;
        _profile = profile;
        _options = options;
        _random = new Random(options.Seed);
        _cycle = new Cycle(cluster, TryOn);
        _local = [.. profile.Scores.Where(score => score.Plugin.IsLocal)];
        _wideScores = [.. profile.Scores.Where(score => !score.Plugin.IsLocal)];
        _isActive = new bool[_local.Length];
        _normalized = [.. Enumerable.Range(0, _local.Length).Where(i => _local[i].Plugin.Normalization != Normalization.None)];
        _scratch = new NodeFindings(_normalized.Length + 1);
    }

    /// <summary>Looks for a node, and where there is none for a way to make room. The cluster is afterwards as it was.</summary>
    public Attempt Place(PodInfo pod)
    {
        _cycle.Begin(pod);
        _feasibleCount = 0;
        var nodes = _cluster.Nodes;
        if (nodes.IsEmpty) return new Attempt { Message = Diagnosis.NoNodes };
        if (Prepare() is { } refusal)
        {
            _cycle.Refusal = refusal;
            return Fail();
        }

        PrepareScores();
        if (pod.NominatedNode.Length > 0) TryNominated(pod);
        if (_feasibleCount == 0)
        {
            if (_cycle.OnlyNodes is { } only) FindAmong(only);
            else Find(nodes);
        }

        return _feasibleCount == 0 ? Fail() : new Attempt { Node = _feasibleCount == 1 ? _feasible[0] : Best() };
    }

    /// <summary>How many nodes have to fit before the search ends: fewer in proportion, the more there are.</summary>
    public int NumberToFind(int nodes)
    {
        if (nodes < FewestNodes || _options.PercentageOfNodes >= 100) return nodes;
        var percentage = _options.PercentageOfNodes > 0 ? _options.PercentageOfNodes : Math.Max(5, 50 - (nodes / 125));
        return Math.Max(FewestNodes, (int)((long)nodes * percentage / 100));
    }

    private Rejection? Prepare()
    {
        _wide.Clear();
        _wide.AddRange(_profile.WideFilters);
        _cycle.OnlyNodes = null;
        if (_cycle.Narrowing.Count > 0) _cycle.Narrowing.Clear();
        foreach (var plugin in _profile.PreFilters)
        {
            var answer = plugin.PreFilter(_cycle);
            if (answer.Rejection is { } rejection) return rejection;
            if (answer.IsSkipped && plugin is IFilter filter) _wide.Remove(filter);
            if (answer.Nodes is not { } nodes) continue;
            _cycle.Narrowing.Add(plugin.Name);
            if (_cycle.OnlyNodes is null) _cycle.OnlyNodes = [.. nodes];
            else _cycle.OnlyNodes.IntersectWith(nodes);
        }

        return null;
    }

    private void TryNominated(PodInfo pod)
    {
        if (_cluster.Node(pod.NominatedNode) is not { } node || _cycle.OnlyNodes?.Contains(node.Name) == false) return;
        if (_feasible.Length == 0) _feasible = new NodeState[FewestNodes];
        if (Check(node, FindingsFor(pod)) is null) _feasible[_feasibleCount++] = node;
    }

    private void Find(ReadOnlySpan<NodeState> nodes)
    {
        var wanted = NumberToFind(nodes.Length);
        if (_feasible.Length < wanted) _feasible = new NodeState[wanted];
        var findings = FindingsFor(_cycle.Pod);
        var looksAtNominated = _cluster.HasNominated;
        var at = _start % nodes.Length;
        var looked = 0;
        for (; looked < nodes.Length && _feasibleCount < wanted; looked++)
        {
            var node = nodes[at];
            if (++at == nodes.Length) at = 0;
            var rejection = looksAtNominated ? Check(node, findings) : Filter(node, findings);
            if (rejection is null) _feasible[_feasibleCount++] = node;
            else _cycle.Reject(node, rejection);
        }

        // The next pod begins where this one ended, so that all nodes get their turn.
        _start = at;
    }

    private void FindAmong(HashSet<string> names)
    {
        if (_feasible.Length < names.Count) _feasible = new NodeState[names.Count];
        var findings = FindingsFor(_cycle.Pod);
        foreach (var name in names.Order(StringComparer.Ordinal))
        {
            if (_cluster.Node(name) is not { } node) continue;
            if (Check(node, findings) is { } rejection) _cycle.Reject(node, rejection);
            else _feasible[_feasibleCount++] = node;
        }
    }

    // What names its nodes looks at few of them, and each such pod has a shape of its own: remembering would not pay.
    private NodeFindings FindingsFor(PodInfo pod) =>
        _cycle.OnlyNodes is not null ? _scratch : pod.Shape.Findings is { } findings && findings.Width == _scratch.Width ? findings : pod.Shape.Findings = new NodeFindings(_scratch.Width);

    private Rejection? Filter(NodeState node, NodeFindings findings)
    {
        if (Local(node, findings) is { } rejection) return rejection;
        foreach (var filter in _wide)
        {
            var verdict = filter.Filter(_cycle, node);
            if (!verdict.IsFit) return verdict.Rejection;
        }

        return null;
    }

    /// <summary>Filters as if the pods were there already that room was made for and that are no less important; and as if they were not.</summary>
    private Rejection? Check(NodeState node, NodeFindings findings)
    {
        var nominated = _cluster.NominatedOn(node.Name);
        if (nominated.Count > 0)
        {
            var expected = nominated.Where(other => other.Priority >= _cycle.Pod.Priority && other.Uid != _cycle.Pod.Uid && _cluster.Pod(other.Uid) is null).ToList();
            if (expected.Count > 0)
            {
                foreach (var other in expected) _cluster.PutBack(other, node);
                var withThem = Refilter(node);
                foreach (var other in expected) _cluster.Lift(other, node);
                Prepare();
                if (withThem is not null) return withThem;
            }
        }

        return Filter(node, findings);
    }

    private Rejection? TryOn(NodeState node)
    {
        var rejection = Prepare() ?? Check(node, _scratch);
        return rejection;
    }

    private Rejection? Refilter(NodeState node) => Prepare() ?? Filter(node, _scratch);

    private Attempt Fail()
    {
        var plugins = new List<IPlugin>();
        Note(_cycle.Refusal, plugins);
        foreach (var node in _cycle.Rejecting) Note(_cycle.RejectionBy(node), plugins);
        foreach (var name in _cycle.Narrowing) Note(_profile.Find(name), plugins);
        // Making room prepares the plugins again and again; what this attempt found must be told before.
        var narrowing = _cycle.Narrowing.ToArray();
        var before = Diagnosis.Describe(_cycle, "");
        PostFilterAnswer? room = null;
        var messages = new List<string>();
        foreach (var plugin in _profile.PostFilters)
        {
            var answer = plugin.PostFilter(_cycle);
            if (answer.Node is not null) room = answer;
            if (answer.MadeRoom) return new Attempt { Message = before, RejectedBy = plugins, Room = answer };
            if (answer.Message.Length > 0) messages.Add(answer.Message);
        }

        _cycle.Narrowing.Clear();
        _cycle.Narrowing.AddRange(narrowing);
        return new Attempt { Message = messages.Count == 0 ? before : $"{before} {string.Join(", ", messages)}", RejectedBy = plugins, Room = room };
    }

    private void Note(Rejection? rejection, List<IPlugin> plugins) => Note(rejection is null ? null : _profile.Find(rejection.Plugin), plugins);

    private static void Note(IPlugin? plugin, List<IPlugin> plugins)
    {
        if (plugin is not null && !plugins.Contains(plugin)) plugins.Add(plugin);
    }
}
