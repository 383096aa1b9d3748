using Keelson.Control.Scheduler.Cache;

namespace Keelson.Control.Scheduler.Framework;

/// <summary>One attempt to place one pod: the pod, the cluster as it is meanwhile, and what was found so far.</summary>
/// <remarks>There is one per engine, used again and again, so that an attempt allocates nothing of its own.
/// What plugins prepare they keep in fields: a plugin belongs to one engine, and that is one thread.</remarks>
/// <param name="tryOn">Filters the pod on one node anew, as the cluster is now.</param>
internal sealed class Cycle(ClusterState cluster, Func<NodeState, Rejection?> tryOn)
{
    private readonly List<NodeState> _rejecting = [];
    private Rejection?[] _rejections = [];

    public ClusterState Cluster { get; } = cluster;

    public PodInfo Pod { get; private set; } = null!;

    /// <summary>The only nodes that can fit, by the word of the plugins that looked first; null for all.</summary>
    public HashSet<string>? OnlyNodes { get; set; }

    /// <summary>Which plugins narrowed the nodes down.</summary>
    public List<string> Narrowing { get; } = [];

    /// <summary>What turned the pod away before any node was looked at.</summary>
    public Rejection? Refusal { get; set; }

    /// <summary>The nodes that were looked at and do not fit.</summary>
    public IReadOnlyList<NodeState> Rejecting => _rejecting;

    public void Begin(PodInfo pod)
    {
        Pod = pod;
        OnlyNodes = null;
        Refusal = null;
        if (Narrowing.Count > 0) Narrowing.Clear();
        foreach (var node in _rejecting) _rejections[node.Slot] = null;
        _rejecting.Clear();
    }

    public void Reject(NodeState node, Rejection rejection)
    {
        if (node.Slot >= _rejections.Length) Array.Resize(ref _rejections, Math.Max(Cluster.Slots, node.Slot + 1));
        if (_rejections[node.Slot] is null) _rejecting.Add(node);
        _rejections[node.Slot] = rejection;
    }

    /// <summary>Why the node does not fit; null where it was not looked at.</summary>
    public Rejection? RejectionBy(NodeState node) => node.Slot < _rejections.Length ? _rejections[node.Slot] : null;

    /// <summary>Whether the pod would fit on the node as the cluster is now; null if so, else the reason.</summary>
    public Rejection? TryOn(NodeState node) => tryOn(node);
}
