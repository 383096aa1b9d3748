using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Control.Scheduler.Framework;

namespace Keelson.Control.Scheduler.Cache;

/// <summary>All nodes with the pods on them, as one loop sees and changes them.</summary>
/// <remarks>
/// Changes from outside wait until the loop takes them up between two pods, so what a cycle sees does not move and
/// needs no copy. Every change gives the node a new generation; whatever was found for an older one is found anew.
/// </remarks>
internal sealed partial class ClusterState
{
    private readonly Dictionary<string, NodeState> _nodes = [];
    private readonly Dictionary<string, PlacedPod> _pods = [];
    private readonly Dictionary<string, ApiMap<string>> _namespaces = [];
    private readonly Dictionary<string, int> _imageNodes = [];
    private readonly Stack<int> _freeSlots = new();
    private NodeState[] _order = [];
    private long[] _generations = [];
    private long _generation;
    private int _slots;
    private bool _isOrderStale;

    public ClusterState() => Affinity = new AffinityIndex(this);

    public AffinityIndex Affinity { get; }

    /// <summary>The nodes that are there, those of different zones in turn, so that a part of them is spread over the zones.</summary>
    public ReadOnlySpan<NodeState> Nodes
    {
        get
        {
            if (_isOrderStale) Order();
            return _order;
        }
    }

    /// <summary>Also those that are not there, but pods are on them.</summary>
    public IEnumerable<NodeState> KnownNodes => _nodes.Values;

    public int PodCount => _pods.Count;

    /// <summary>One more than the highest slot.</summary>
    public int Slots => _slots;

    public long Generation(int slot) => _generations[slot];

    public NodeState? Node(string name) => _nodes.TryGetValue(name, out var node) && node.Node is not null ? node : null;

    /// <summary>On how many nodes there is an image.</summary>
    public int NodesWithImage(string image) => _imageNodes.GetValueOrDefault(image);

    public bool HasImages => _imageNodes.Count > 0;

    public ApiMap<string>? NamespaceLabels(string name) => _namespaces.TryGetValue(name, out var labels) ? labels : null;

    public ClusterEvents SetNode(Node node)
    {
        var state = StateOf(node.Metadata.Name);
        var isKnown = state.Node is not null;
        var zone = isKnown ? state.Zone : null;
        var moves = state.Labels != node.Metadata.Labels;
        if (moves) Uncount(state);
        CountImages(state, -1);
        var events = state.Set(node);
        CountImages(state, 1);
        if (moves)
        {
            Affinity.Set(state);
            Recount(state);
        }

        if (events != ClusterEvents.None) Touch(state);
        if (!isKnown || zone != state.Zone) _isOrderStale = true;
        return events;
    }

    public void RemoveNode(string name)
    {
        if (!_nodes.TryGetValue(name, out var state) || state.Node is null) return;
        CountImages(state, -1);
        Uncount(state);
        state.Set(null);
        Affinity.Set(state);
        Recount(state);
        _isOrderStale = true;
        Touch(state);
        ForgetIfEmpty(state);
    }

    /// <returns>True where the labels are others than before.</returns>
    public bool SetNamespace(string name, ApiMap<string>? labels)
    {
        if (NamespaceLabels(name) is { } before && labels is { } now && before == now) return false;
        if (labels is { } given) _namespaces[name] = given;
        else if (!_namespaces.Remove(name)) return false;
        Affinity.ForgetNamespaces();
        return true;
    }

    public PodInfo? Pod(string uid) => _pods.TryGetValue(uid, out var placed) ? placed.Pod : null;

    public string? NodeOf(string uid) => _pods.TryGetValue(uid, out var placed) ? placed.Node.Name : null;

    /// <summary>Puts a pod on a node, where it is not on one.</summary>
    public void AddPod(PodInfo pod, string node)
    {
        var state = StateOf(node);
        _pods.Add(pod.Uid, new PlacedPod(pod, state));
        state.Add(pod);
        Affinity.Add(pod, state);
        Touch(state);
    }

    public PodInfo? RemovePod(string uid)
    {
        if (!_pods.Remove(uid, out var placed)) return null;
        _assumed.Remove(uid);
        Affinity.Remove(placed.Pod, placed.Node);
        placed.Node.Remove(placed.Pod);
        Touch(placed.Node);
        ForgetIfEmpty(placed.Node);
        return placed.Pod;
    }

    private NodeState StateOf(string name)
    {
        if (_nodes.TryGetValue(name, out var state)) return state;
        if (!_freeSlots.TryPop(out var slot)) slot = _slots++;
        if (slot >= _generations.Length) Array.Resize(ref _generations, Math.Max(64, slot * 2));
        state = new NodeState(name, slot);
        _nodes[name] = state;
        Affinity.Set(state);
        Touch(state);
        return state;
    }

    private void ForgetIfEmpty(NodeState state)
    {
        if (state.Node is not null || state.Pods.Count > 0 || !_nodes.Remove(state.Name)) return;
        // Whoever gets the slot gets a new generation with it.
        _freeSlots.Push(state.Slot);
    }

    private void Touch(NodeState state) => _generations[state.Slot] = ++_generation;

    private void Uncount(NodeState state)
    {
        foreach (var pod in state.Pods.Values) Affinity.Remove(pod, state);
    }

    private void Recount(NodeState state)
    {
        foreach (var pod in state.Pods.Values) Affinity.Add(pod, state);
    }

    private void CountImages(NodeState state, int by)
    {
        if (state.Node is null) return;
        foreach (var image in state.Images.Keys)
        {
            var count = _imageNodes.GetValueOrDefault(image) + by;
            if (count == 0) _imageNodes.Remove(image);
            else _imageNodes[image] = count;
        }
    }

    private void Order()
    {
        _isOrderStale = false;
        var zones = _nodes.Values.Where(node => node.Node is not null)
            .GroupBy(node => node.Zone)
            .OrderBy(zone => zone.Key, StringComparer.Ordinal)
            .Select(zone => zone.OrderBy(node => node.Name, StringComparer.Ordinal).ToList())
            .ToList();
        var order = new List<NodeState>();
        for (var i = 0; zones.Any(zone => i < zone.Count); i++) order.AddRange(zones.Where(zone => i < zone.Count).Select(zone => zone[i]));
        _order = [.. order];
    }

    private readonly record struct PlacedPod(PodInfo Pod, NodeState Node);
}
