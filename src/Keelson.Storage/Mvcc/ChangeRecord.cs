namespace Keelson.Storage.Mvcc;

/// <summary>One change as the log keeps it: shared by every watcher, its previous version looked up by the first who asks.</summary>
internal sealed class ChangeRecord(byte[] key, Change change, KeyVersion? replaced)
{
    private Change? _withPrevious;

    public byte[] Key { get; } = key;

    /// <summary>The change, without the version that it replaced.</summary>
    public Change Change { get; } = change;

    /// <summary>The version that was replaced; null where the key was created.</summary>
    public KeyVersion? Replaced { get; } = replaced;

    public int Bytes => Key.Length + Change.Item.Value.Length;

    /// <summary>The change with the version that it replaced, where that is still known.</summary>
    public Change WithPrevious(IItemSource items)
    {
        if (Replaced is not { } replaced) return Change;
        return _withPrevious ??= items.TryLoad(Key, replaced, out var previous) ? Change with { Previous = previous } : Change;
    }
}

/// <summary>What one revision changed.</summary>
internal sealed class RevisionRecord(long revision, ChangeRecord[] changes)
{
    /// <summary>What an entry costs besides its keys and values, roughly.</summary>
    private const int Overhead = 300;

    public long Revision { get; } = revision;

    public ChangeRecord[] Changes { get; } = changes;

    public long Bytes { get; } = changes.Sum(change => (long)change.Bytes + Overhead);
}

/// <summary>Where the values of versions come from.</summary>
internal interface IItemSource
{
    /// <summary>Loads a version that must be there; what is there but wrong is reported as damage.</summary>
    StoredItem Load(byte[] key, in KeyVersion version);

    /// <summary>Loads a version that compaction may have taken.</summary>
    bool TryLoad(byte[] key, in KeyVersion version, out StoredItem? item);
}
