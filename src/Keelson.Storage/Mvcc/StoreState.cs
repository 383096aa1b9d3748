namespace Keelson.Storage.Mvcc;

/// <summary>
/// Everything that a reader may see, at one moment: an immutable value that the writer replaces after each
/// commit. Reading takes no lock, and a fork of a store is a copy of this one pointer.
/// </summary>
/// <param name="Revision">The newest revision.</param>
/// <param name="Compacted">The oldest revision that still can be read; zero where nothing was compacted.</param>
/// <param name="Log">The recent changes, for watchers.</param>
internal sealed record StoreState(KeyTree Keys, long Revision, long Compacted, LeaseBook Leases, ChangeLog Log)
{
    /// <summary>A new store is at revision one, as in etcd: zero means "now" in every request.</summary>
    public const long FirstRevision = 1;

    public static readonly StoreState Empty = new(KeyTree.Empty, FirstRevision, 0, LeaseBook.Empty, ChangeLog.Empty);

    /// <summary>The revision to read at, for a request that says zero for now.</summary>
    public long Resolve(long requested)
    {
        if (requested == 0) return Revision;
        if (requested < 0) throw StoreErrors.Invalid("a revision is not negative");
        if (requested > Revision) throw StoreErrors.Future();
        return requested < Compacted ? throw StoreErrors.Compacted(Compacted) : requested;
    }

    public RangeResult Read(RangeRequest request, IItemSource items)
    {
        RequestCheck.Range(request);
        var scan = RangeScan.Run(Keys, request.Keys, Resolve(request.Revision), request.CountOnly ? -1 : request.Limit);
        var found = new StoredItem[scan.Hits.Count];
        for (var i = 0; i < found.Length; i++)
        {
            var (entry, version) = scan.Hits[i];
            found[i] = request.KeysOnly ? version.ToItem(entry.Key, default) : items.Load(entry.Key, version);
        }

        return new RangeResult(found, Revision, scan.Count, !request.CountOnly && scan.Count > found.Length);
    }

    /// <summary>The state with nothing left of what was replaced at or before its compacted revision; for an engine that need not do it in steps.</summary>
    public StoreState Trim()
    {
        var found = new List<KeyEntry>();
        Keys.FindTrimmable(null, Compacted, int.MaxValue, found);
        return this with { Keys = Trim(Keys, found, Compacted, null), Log = Log.DropBefore(Compacted) };
    }

    /// <summary>A tree without the old versions of some of its keys.</summary>
    public static KeyTree Trim(KeyTree keys, List<KeyEntry> found, long compacted, List<long>? garbage)
    {
        foreach (var entry in found)
        {
            keys = entry.Trim(compacted, garbage) is { } trimmed ? keys.Set(trimmed) : keys.Remove(entry.Key);
        }

        return keys;
    }

    /// <summary>Refuses to compact to a revision that does not exist or has gone.</summary>
    public void CheckCompaction(long revision)
    {
        if (revision > Revision) throw StoreErrors.Future();
        if (revision <= Compacted) throw StoreErrors.Compacted(Compacted);
    }
}
