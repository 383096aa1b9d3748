using Keelson.Server.Registry;
using Keelson.Storage;

namespace Keelson.Server.Cache;

/// <summary>The objects of one resource: what there is now, what there was a moment ago, and what happened.</summary>
internal sealed class ResourceCache
{
    private readonly byte[] _prefix;
    private readonly ObjectIndex _empty;
    private readonly FieldLogs? _logsByField;
    private RegisteredResource? _resource;
    private CacheState _state;

    public ResourceCache(byte[] prefix, RegisteredResource? resource, long revision)
    {
        _prefix = prefix;
        _resource = resource;
        var indexed = resource?.Strategy.SelectableFields.FirstOrDefault(field => field.IsIndexed);
        _empty = indexed is null ? ObjectIndex.Empty : ObjectIndex.DividedBy(indexed.Name);
        _state = new CacheState(_empty, revision, revision, DamagedObjects.None);
        Prefix = System.Text.Encoding.UTF8.GetString(prefix);
        _logsByField = indexed is null ? null : new FieldLogs(indexed.Name);
        _logsByField?.Reset(revision);
        Log = new EventLog(revision, Forget);
    }

    /// <summary>What the objects are; null as long as nobody has said so, as for a custom resource whose definition comes later.</summary>
    public RegisteredResource? Resource
    {
        get => Volatile.Read(ref _resource);
        set => Volatile.Write(ref _resource, value);
    }

    /// <summary>What the keys of the objects begin with.</summary>
    public string Prefix { get; }

    public EventLog Log { get; private set; }

    /// <summary>The log of what concerns one value of a field; the whole log where the field's values have none of their own.</summary>
    public EventLog LogOf(Api.Selectors.FieldQuery fields) =>
        _logsByField is { } logs && fields.TryGetExactMatch(logs.Field, out var value) ? logs.Find(value) ?? Log : Log;

    /// <summary>The newest state. Taking it costs nothing, and it never changes.</summary>
    public CacheState State => Volatile.Read(ref _state);

    /// <summary>Ends when the state is another than one that was seen.</summary>
    public Task WaitForChangeAsync(CacheState seen)
    {
        // The place in the log is taken first: a change between the two is seen as one.
        var next = Log.Next;
        return ReferenceEquals(State, seen) ? Log.WaitAsync(next) : Task.CompletedTask;
    }

    /// <summary>States that a client is paging through.</summary>
    public SnapshotShelf Shelf { get; } = new();

    /// <summary>Takes over the changes of whole revisions, in order. Only the feed calls this.</summary>
    public void Apply(ReadOnlySpan<Change> changes)
    {
        if (changes.IsEmpty) return;
        var (index, damaged) = (_state.Index, _state.Damaged);
        var events = new List<(long, EventType, CachedObject, CachedObject?)>(changes.Length);
        var isLost = false;
        foreach (var change in changes)
        {
            var revision = change.Item.ModRevision;
            var key = change.Item.Key.Span[_prefix.Length..];
            var previous = index.Find(key);
            damaged = damaged.Without(key);
            if (change.IsDeletion)
            {
                if (previous is null) continue;
                index = index.Without(key);
                events.Add((revision, EventType.Deleted, previous.At(revision), previous));
                continue;
            }

            var current = CachedObject.TryRead(previous?.Key ?? key.ToArray(), change.Item.Value.Span, revision, this, out var broken);
            if (current is null)
            {
                // No event can tell of this. Watchers begin anew, and are told by the list which object it is.
                index = index.Without(key);
                damaged = damaged.With(System.Text.Encoding.UTF8.GetString(key), broken!);
                isLost = true;
                continue;
            }

            index = index.With(current);
            events.Add((revision, previous is null ? EventType.Added : EventType.Modified, current, previous));
        }

        // The index is there before the event: who was told of a change finds it.
        Volatile.Write(ref _state, new CacheState(index, changes[0].Item.ModRevision, changes[^1].Item.ModRevision, damaged));
        if (isLost)
        {
            Reset(changes[^1].Item.ModRevision);
            return;
        }

        var told = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(events);
        _logsByField?.Append(told);
        Log.Append(told);
    }

    /// <summary>Takes over a whole state, after changes were missed.</summary>
    public void Replace(IEnumerable<StoredItem> items, long revision)
    {
        Volatile.Write(ref _state, Read(items, revision));
        Reset(revision);
    }

    /// <summary>Takes over the first state, before anybody reads.</summary>
    public void Load(IReadOnlyList<StoredItem> items, long revision)
    {
        _state = Read(items, revision);
        _logsByField?.Reset(revision);
        Log = new EventLog(revision, Forget);
    }

    private void Reset(long revision)
    {
        _logsByField?.Reset(revision);
        Log.Reset(revision);
    }

    private void Forget(ObjectEvent forgotten) => _logsByField?.Forget(forgotten);

    /// <summary>The state that items of the store are.</summary>
    public CacheState Read(IEnumerable<StoredItem> items, long revision)
    {
        var (index, damaged) = (_empty, DamagedObjects.None);
        foreach (var item in items)
        {
            var key = item.Key.Span[_prefix.Length..].ToArray();
            if (CachedObject.TryRead(key, item.Value.Span, item.ModRevision, this, out var broken) is { } read) index = index.With(read);
            else damaged = damaged.With(System.Text.Encoding.UTF8.GetString(key), broken!);
        }

        return new CacheState(index, revision, revision, damaged);
    }
}

/// <summary>The objects of a resource at one moment.</summary>
/// <param name="FirstRevision">The first revision whose changes led from the state before to this one.</param>
/// <param name="Revision">The last such revision: the state is true from here until the next change.</param>
/// <param name="Damaged">What is there and can't be read; it is not in the index.</param>
internal sealed record CacheState(ObjectIndex Index, long FirstRevision, long Revision, DamagedObjects Damaged);
