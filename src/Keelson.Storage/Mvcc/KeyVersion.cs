namespace Keelson.Storage.Mvcc;

/// <summary>One version of a key, without its value unless the engine keeps values in memory.</summary>
/// <param name="Create">The revision that created the key; zero says that this version is a deletion.</param>
/// <param name="Item">The whole version, in an engine that keeps it in memory.</param>
internal readonly record struct KeyVersion(VersionId Id, long Create, long Version, long Lease, StoredItem? Item)
{
    public long Revision => Id.Revision;

    public bool IsDeletion => Create == 0;

    /// <summary>The version as an item, with the value given.</summary>
    public StoredItem ToItem(byte[] key, ReadOnlyMemory<byte> value) => new(key, value, Create, Revision, Version, Lease);
}
