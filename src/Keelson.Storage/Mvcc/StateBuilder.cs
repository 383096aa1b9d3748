namespace Keelson.Storage.Mvcc;

/// <summary>
/// Makes a store's state from its versions in the order in which they were written, and checks on the way
/// that they tell one unbroken story. What does not fit is named, left out, and the rest still served.
/// </summary>
/// <param name="keepItems">Whether the state carries the values and the whole log of changes.</param>
internal sealed class StateBuilder(long compacted, LeaseBook leases, bool keepItems)
{
    private const int MaxProblems = 10;

    private readonly Dictionary<byte[], KeyEntry> _entries = new(KeyOrder.Instance);
    private readonly List<ChangeRecord> _changes = [];
    private readonly List<string> _problems = [];
    private readonly long _base = Math.Max(compacted, StoreState.FirstRevision);
    private ChangeLog _log = ChangeLog.Empty;
    private LeaseBook _leases = leases;
    private VersionId _last;

    /// <summary>What does not fit; at most ten findings.</summary>
    public IReadOnlyList<string> Problems => _problems;

    public void Report(string problem)
    {
        if (_problems.Count < MaxProblems) _problems.Add(problem);
    }

    /// <param name="value">The value, where values are kept.</param>
    public void Add(byte[] key, in KeyVersion version, ReadOnlyMemory<byte> value = default)
    {
        if (CheckOrder(version.Id) is { } problem) Report(problem);
        var entry = _entries.GetValueOrDefault(key);
        if (entry is not null && entry.Latest.Id.CompareTo(version.Id) >= 0) return;
        if (CheckLineage(entry, version) is { } broken) Report(broken);

        KeyVersion? replaced = entry is { IsLive: true } ? entry.Latest : null;
        key = entry?.Key ?? key;
        var kept = keepItems ? version with { Item = version.ToItem(key, value) } : version;
        _entries[key] = entry?.With(kept) ?? new KeyEntry(key, kept, null);
        if (!keepItems || version.Revision < compacted) return;
        if (_changes.Count > 0 && _changes[0].Change.Item.ModRevision != version.Revision) EndRevision();
        _changes.Add(new ChangeRecord(key, new Change(version.IsDeletion, kept.Item!, null), replaced));
    }

    /// <param name="revision">A revision that the store is known to have reached, whatever the versions say.</param>
    public StoreState Build(long revision)
    {
        EndRevision();
        var entries = _entries.Values.ToArray();
        Array.Sort(entries, static (one, other) => KeyOrder.Instance.Compare(one.Key, other.Key));
        foreach (var entry in entries)
        {
            if (!entry.IsLive || entry.Latest.Lease == 0) continue;
            if (_leases.Find(entry.Latest.Lease) is null) Report($"the key written at revision {entry.Latest.Revision} hangs on a lease that does not exist");
            _leases = _leases.Move(entry.Key, 0, entry.Latest.Lease);
        }

        var newest = Math.Max(Math.Max(_base, revision), _last.Revision);
        return new StoreState(KeyTree.Build(entries), newest, compacted, _leases, _log);
    }

    // Above the compacted revision every change of every revision must be there.
    private string? CheckOrder(VersionId id)
    {
        var last = _last;
        _last = id;
        if (id.CompareTo(last) <= 0) return $"the change {id.Ordinal} of revision {id.Revision} comes after one of revision {last.Revision}";
        if (id.Revision <= _base) return null;
        if (last.Revision < _base) last = VersionId.LastOf(_base);
        var follows = id.Revision == last.Revision ? id.Ordinal == last.Ordinal + 1 : id.Revision == Math.Max(last.Revision, _base) + 1 && id.Ordinal == 0;
        return follows ? null : $"changes are missing between revision {last.Revision} and change {id.Ordinal} of revision {id.Revision}";
    }

    private string? CheckLineage(KeyEntry? entry, in KeyVersion version)
    {
        if (version.IsDeletion) return null;
        var revision = version.Revision;
        bool fits;
        if (entry is { IsLive: true }) fits = version.Create == entry.Latest.Create && version.Version == entry.Latest.Version + 1;
        else if (entry is null && revision <= compacted) fits = version.Create <= revision && version.Version >= 1;
        else fits = (version.Create == revision && version.Version == 1) || (entry is null && compacted > 0 && version.Create <= compacted);
        return fits ? null : $"the version written at revision {revision} does not follow from the one before it";
    }

    private void EndRevision()
    {
        if (_changes.Count == 0) return;
        _log = _log.Add(new RevisionRecord(_changes[0].Change.Item.ModRevision, [.. _changes]));
        _changes.Clear();
    }
}
