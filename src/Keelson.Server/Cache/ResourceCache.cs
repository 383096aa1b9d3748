using Keelson.Server.Registry;
using Keelson.Storage;

namespace Keelson.Server.Cache;

/// <summary>The objects of one resource: what there is now, what there was a moment ago, and what happened.</summary>
internal sealed class ResourceCache
{
    private readonly byte[] _prefix;
    private RegisteredResource? _resource;
    private CacheState _state;

    public ResourceCache(byte[] prefix, RegisteredResource? resource, long revision)
    {
        _prefix = prefix;
        _resource = resource;
        _state = new CacheState(ObjectIndex.Empty, revision, revision);
        Log = new EventLog(revision);
    }

    /// <summary>What the objects are; null as long as nobody has said so, as for a custom resource whose definition comes later.</summary>
    public RegisteredResource? Resource
    {
        get => Volatile.Read(ref _resource);
        set => Volatile.Write(ref _resource, value);
    }

    public EventLog Log { get; private set; }

    /// <summary>The newest state. Taking it costs nothing, and it never changes.</summary>
    public CacheState State => Volatile.Read(ref _state);

    /// <summary>States that a client is paging through.</summary>
    public SnapshotShelf Shelf { get; } = new();

    /// <summary>Takes over the changes of whole revisions, in order. Only the feed calls this.</summary>
    public void Apply(ReadOnlySpan<Change> changes)
    {
        if (changes.IsEmpty) return;
        var index = _state.Index;
        var events = new List<(long, EventType, CachedObject, CachedObject?)>(changes.Length);
        foreach (var change in changes)
        {
            var revision = change.Item.ModRevision;
            var key = change.Item.Key.Span[_prefix.Length..];
            var previous = index.Find(key);
            if (change.IsDeletion)
            {
                if (previous is null) continue;
                index = index.Without(key);
                events.Add((revision, EventType.Deleted, previous.At(revision), previous));
                continue;
            }

            var current = CachedObject.FromStore(previous?.Key ?? key.ToArray(), change.Item.Value.Span, revision, this);
            index = index.With(current);
            events.Add((revision, previous is null ? EventType.Added : EventType.Modified, current, previous));
        }

        // The index is there before the event: who was told of a change finds it.
        Volatile.Write(ref _state, new CacheState(index, changes[0].Item.ModRevision, changes[^1].Item.ModRevision));
        Log.Append(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(events));
    }

    /// <summary>Takes over a whole state, after changes were missed.</summary>
    public void Replace(IEnumerable<StoredItem> items, long revision)
    {
        Volatile.Write(ref _state, new CacheState(Load(items), revision, revision));
        Log.Reset(revision);
    }

    /// <summary>Takes over the first state, before anybody reads.</summary>
    public void Load(IReadOnlyList<StoredItem> items, long revision)
    {
        _state = new CacheState(Load(items), revision, revision);
        Log = new EventLog(revision);
    }

    private ObjectIndex Load(IEnumerable<StoredItem> items)
    {
        var index = ObjectIndex.Empty;
        foreach (var item in items)
        {
            var key = item.Key.Span[_prefix.Length..].ToArray();
            index = index.With(CachedObject.FromStore(key, item.Value.Span, item.ModRevision, this));
        }

        return index;
    }
}

/// <summary>The objects of a resource at one moment.</summary>
/// <param name="FirstRevision">The first revision whose changes led from the state before to this one.</param>
/// <param name="Revision">The last such revision: the state is true from here until the next change.</param>
internal sealed record CacheState(ObjectIndex Index, long FirstRevision, long Revision);
