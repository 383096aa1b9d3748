namespace Keelson.Client.Reconciling;

/// <summary>What a controller has done and its cache does not show yet, so that it does not do it twice.</summary>
/// <remarks>
/// A controller raises expectations before it creates or deletes, lowers them as its informer tells of what happened, and
/// plans again only when none is left or they have grown too old: an event may have been missed for good.
/// </remarks>
public sealed class Expectations(TimeProvider time)
{
    /// <summary>After how long unmet expectations no longer count; five minutes, as upstream.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<ObjectKey, Entry> _entries = [];

    /// <summary>How many owners have expectations.</summary>
    public int Count
    {
        get { lock (_lock) return _entries.Count; }
    }

    /// <summary>Whether the cache shows everything that was done for the owner.</summary>
    public bool IsSatisfied(ObjectKey owner)
    {
        lock (_lock) return !_entries.TryGetValue(owner, out var entry) || entry.IsMet || time.GetUtcNow() - entry.Since > Lifetime;
    }

    /// <summary>Begins anew for an owner: so many objects will be created, and these deleted.</summary>
    public void Expect(ObjectKey owner, int creations, IEnumerable<ObjectKey>? deletions = null)
    {
        lock (_lock) _entries[owner] = new Entry(creations, [.. deletions ?? []], time.GetUtcNow());
    }

    /// <summary>An object was created, or its creation failed.</summary>
    public void CreationObserved(ObjectKey owner, int count = 1)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(owner, out var entry)) return;
            entry.Creations -= count;
            if (entry.IsMet) _entries.Remove(owner);
        }
    }

    /// <summary>An object was deleted, or its deletion failed; the same one counts once.</summary>
    public void DeletionObserved(ObjectKey owner, ObjectKey deleted)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(owner, out var entry)) return;
            entry.Deletions.Remove(deleted);
            if (entry.IsMet) _entries.Remove(owner);
        }
    }

    /// <summary>The owner is gone.</summary>
    public void Forget(ObjectKey owner)
    {
        lock (_lock) _entries.Remove(owner);
    }

    private sealed class Entry(int creations, HashSet<ObjectKey> deletions, DateTimeOffset since)
    {
        public int Creations { get; set; } = creations;

        public HashSet<ObjectKey> Deletions { get; } = deletions;

        public DateTimeOffset Since { get; } = since;

        public bool IsMet => Creations <= 0 && Deletions.Count == 0;
    }
}
