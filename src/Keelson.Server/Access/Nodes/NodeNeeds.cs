using Keelson.Api.Core.V1;
using Keelson.Server.Cache;

namespace Keelson.Server.Access.Nodes;

/// <summary>Which objects the pods of each node need, kept by the changes of pods.</summary>
/// <remarks>
/// Nothing runs for it: whoever asks first takes up what has happened to pods since the last question. What was forgotten of
/// that meanwhile is read again as a whole.
/// </remarks>
internal sealed class NodeNeeds(ResourceCache pods)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (string Node, HashSet<Need> Needs)> _pods = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<Need, int>> _nodes = new(StringComparer.Ordinal);
    private EventLog? _log;
    private long _sequence;

    /// <summary>Whether a pod of the node needs the object.</summary>
    public bool Has(string node, Need need)
    {
        lock (_gate)
        {
            TakeUp();
            return _nodes.TryGetValue(node, out var needs) && needs.ContainsKey(need);
        }
    }

    /// <summary>What the node's pods need of one kind.</summary>
    public IReadOnlyList<Need> Of(string node, NeedKind kind)
    {
        lock (_gate)
        {
            TakeUp();
            return _nodes.TryGetValue(node, out var needs) ? [.. needs.Keys.Where(need => need.Kind == kind)] : [];
        }
    }

    private void TakeUp()
    {
        var log = pods.Log;
        if (!ReferenceEquals(log, _log))
        {
            Load(log);
            return;
        }

        while (_sequence < log.Next)
        {
            if (log.Read(_sequence) is not { } change)
            {
                Load(log);
                return;
            }

            _sequence++;
            Set(change.Object.Name.Path, change.Type == EventType.Deleted ? null : change.Object.Object.Typed as Pod);
        }
    }

    // The place in the log is taken before the state: what is told of twice counts once.
    private void Load(EventLog log)
    {
        (_log, _sequence) = (log, log.Next);
        _pods.Clear();
        _nodes.Clear();
        foreach (var item in pods.State.Index.All) Set(item.Name.Path, item.Object.Typed as Pod);
    }

    private void Set(string key, Pod? pod)
    {
        if (_pods.Remove(key, out var before)) Count(before.Node, before.Needs, -1);
        if (pod is null || pod.Spec.NodeName.Length == 0) return;
        var needs = PodNeeds.Of(pod);
        _pods[key] = (pod.Spec.NodeName, needs);
        Count(pod.Spec.NodeName, needs, 1);
    }

    private void Count(string node, HashSet<Need> needs, int by)
    {
        if (!_nodes.TryGetValue(node, out var counts)) _nodes[node] = counts = [];
        foreach (var need in needs)
        {
            var count = counts.GetValueOrDefault(need) + by;
            if (count > 0) counts[need] = count;
            else counts.Remove(need);
        }

        if (counts.Count == 0) _nodes.Remove(node);
    }
}
