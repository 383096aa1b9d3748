using Keelson.Api.Meta.V1;
using Keelson.Client;

namespace Keelson.Control.Controllers.GarbageCollection;

/// <summary>An object as the garbage collector sees it: its metadata and no more.</summary>
internal sealed record GraphNode(ApiResource Resource, ObjectMeta Metadata)
{
    public string Uid => Metadata.Uid;

    public ObjectKey Key => new(Metadata.Namespace, Metadata.Name);

    public bool IsDeleting => Metadata.DeletionTimestamp is not null;

    /// <summary>Whether it goes only after what it owns.</summary>
    public bool WaitsForDependents => IsDeleting && Metadata.Finalizers.Contains(Collection.ForegroundFinalizer);

    /// <summary>Whether what it owns is to stay when it goes.</summary>
    public bool OrphansDependents => IsDeleting && Metadata.Finalizers.Contains(Collection.OrphanFinalizer);
}

/// <summary>Who owns whom, by uid. Thread-safe.</summary>
internal sealed class OwnerGraph
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, GraphNode> _nodes = [];
    private readonly Dictionary<string, HashSet<string>> _dependents = [];

    public int Count
    {
        get { lock (_lock) return _nodes.Count; }
    }

    public GraphNode? Find(string uid)
    {
        lock (_lock) return _nodes.GetValueOrDefault(uid);
    }

    public void Set(GraphNode node)
    {
        lock (_lock)
        {
            if (_nodes.TryGetValue(node.Uid, out var before)) Unlink(before);
            _nodes[node.Uid] = node;
            foreach (var owner in node.Metadata.OwnerReferences)
            {
                if (!_dependents.TryGetValue(owner.Uid, out var dependents)) _dependents[owner.Uid] = dependents = [];
                dependents.Add(node.Uid);
            }
        }
    }

    public void Remove(string uid)
    {
        lock (_lock)
        {
            if (_nodes.Remove(uid, out var node)) Unlink(node);
        }
    }

    /// <summary>Forgets a resource that is no longer served, and says whose owners went with it.</summary>
    public IReadOnlyList<GraphNode> RemoveAll(ApiResource resource)
    {
        lock (_lock)
        {
            var gone = _nodes.Values.Where(node => node.Resource == resource).ToList();
            foreach (var node in gone)
            {
                _nodes.Remove(node.Uid);
                Unlink(node);
            }

            return gone;
        }
    }

    /// <summary>The objects that name an owner, whether it exists or not.</summary>
    public IReadOnlyList<GraphNode> Dependents(string owner)
    {
        lock (_lock) return _dependents.TryGetValue(owner, out var uids) ? [.. uids.Select(uid => _nodes[uid])] : [];
    }

    private void Unlink(GraphNode node)
    {
        foreach (var owner in node.Metadata.OwnerReferences)
        {
            if (!_dependents.TryGetValue(owner.Uid, out var dependents)) continue;
            dependents.Remove(node.Uid);
            if (dependents.Count == 0) _dependents.Remove(owner.Uid);
        }
    }
}
