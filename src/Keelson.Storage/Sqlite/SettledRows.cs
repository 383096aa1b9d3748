using Keelson.Storage.Mvcc;

namespace Keelson.Storage.Sqlite;

/// <summary>
/// How many rows there are up to a revision, and a digest of which: taken when compaction has removed all
/// garbage, and compared when the store opens. Above the compacted revision a missing row leaves a gap in the
/// count of revisions; below it only this tells that one is gone.
/// </summary>
internal struct SettledRows(long revision)
{
    private ulong _digest;

    public readonly long Revision => revision;

    public long Count { get; private set; }

    public readonly long Digest => (long)_digest;

    public static SettledRows Of(KeyTree keys, long revision)
    {
        var rows = new SettledRows(revision);
        rows.Add(keys.Root);
        return rows;
    }

    public void Add(VersionId id)
    {
        if (id.Revision > revision) return;
        Count++;

        // A sum does not depend on the order; the mixing keeps two errors from cancelling out.
        var mixed = (ulong)id.Packed * 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 32)) * 0xD6E8FEB86659FD93;
        _digest += mixed ^ (mixed >> 32);
    }

    private void Add(KeyNode? node)
    {
        switch (node)
        {
            case KeyBranch branch:
                foreach (var child in branch.Children) Add(child);
                break;
            case KeyLeaf leaf:
                foreach (var entry in leaf.Entries)
                {
                    Add(entry.Latest.Id);
                    for (var older = entry.Older; older is not null; older = older.Next) Add(older.Version.Id);
                }

                break;
        }
    }
}
