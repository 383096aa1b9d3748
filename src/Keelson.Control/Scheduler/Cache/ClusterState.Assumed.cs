namespace Keelson.Control.Scheduler.Cache;

/// <summary>Pods that are placed here before the API server says so, and pods that room was made for.</summary>
internal sealed partial class ClusterState
{
    /// <summary>How long a pod whose binding has ended may stay unseen before its place is given up; default 30 s. Upstream waits for ever.</summary>
    public static readonly TimeSpan AssumedLifetime = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, DateTimeOffset> _assumed = [];
    private readonly Dictionary<string, List<PodInfo>> _nominated = [];

    public int AssumedCount => _assumed.Count;

    public bool IsAssumed(string uid) => _assumed.ContainsKey(uid);

    /// <summary>Places a pod that will be bound: it takes its room at once.</summary>
    public void Assume(PodInfo pod, string node)
    {
        AddPod(pod, node);
        _assumed[pod.Uid] = DateTimeOffset.MaxValue;
    }

    /// <summary>From here on the pod has to be seen on its node soon.</summary>
    public void FinishBinding(string uid, DateTimeOffset now)
    {
        if (_assumed.ContainsKey(uid)) _assumed[uid] = now + AssumedLifetime;
    }

    /// <summary>The pod was seen on its node.</summary>
    public void Confirm(string uid) => _assumed.Remove(uid);

    /// <summary>Gives up the places of pods that were bound and never seen.</summary>
    public IReadOnlyList<PodInfo> Expire(DateTimeOffset now)
    {
        if (_assumed.Count == 0) return [];
        var expired = _assumed.Where(entry => entry.Value <= now).Select(entry => entry.Key).ToList();
        var pods = new List<PodInfo>(expired.Count);
        foreach (var uid in expired)
        {
            if (RemovePod(uid) is { } pod) pods.Add(pod);
        }

        return pods;
    }

    /// <summary>Pods that room was made for on a node and that are not placed yet.</summary>
    public IReadOnlyList<PodInfo> NominatedOn(string node) => _nominated.TryGetValue(node, out var pods) ? pods : [];

    public bool HasNominated => _nominated.Count > 0;

    /// <summary>Notes, or with an empty name forgets, on which node room was made for a pod.</summary>
    public void Nominate(PodInfo pod, string node)
    {
        Denominate(pod);
        pod.NominatedNode = node;
        if (node.Length == 0) return;
        if (!_nominated.TryGetValue(node, out var pods)) _nominated[node] = pods = [];
        pods.Add(pod);
    }

    /// <summary>Takes a pod off the list of those that room was made for.</summary>
    public void Denominate(PodInfo pod)
    {
        if (_nominated.Count == 0) return;
        foreach (var (node, pods) in _nominated.ToList())
        {
            pods.RemoveAll(other => other.Uid == pod.Uid);
            if (pods.Count == 0) _nominated.Remove(node);
        }
    }

    /// <summary>Takes a pod off its node for the length of a question; PutBack must follow.</summary>
    public void Lift(PodInfo pod, NodeState node)
    {
        Affinity.Remove(pod, node);
        node.Remove(pod);
        Touch(node);
    }

    /// <summary>Puts a pod on a node for the length of a question, or back after one.</summary>
    public void PutBack(PodInfo pod, NodeState node)
    {
        node.Add(pod);
        Affinity.Add(pod, node);
        Touch(node);
    }
}
