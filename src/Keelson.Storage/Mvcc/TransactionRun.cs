namespace Keelson.Storage.Mvcc;

/// <summary>
/// One transaction against an immutable state: the answer, the changes, and the state that follows. Nothing
/// outside is touched, so a transaction that fails halfway has not happened.
/// </summary>
/// <param name="keepItems">Whether the engine keeps values in memory.</param>
internal sealed class TransactionRun(StoreState start, IItemSource items, bool keepItems)
{
    private readonly List<ChangeRecord> _changes = [];
    private KeyTree _keys = start.Keys;
    private LeaseBook _leases = start.Leases;

    public IReadOnlyList<ChangeRecord> Changes => _changes;

    /// <summary>Whether anything was written that takes room; a deletion frees some in the end.</summary>
    public bool HasPuts => _changes.Exists(change => !change.Change.IsDeletion);

    private long NextRevision => start.Revision + 1;

    private long CurrentRevision => _changes.Count == 0 ? start.Revision : NextRevision;

    /// <summary>The state after what was run: the one before, where nothing was changed.</summary>
    public StoreState Finish()
    {
        if (_changes.Count == 0) return start with { Leases = _leases };
        var record = new RevisionRecord(NextRevision, [.. _changes]);
        return start with { Keys = _keys, Leases = _leases, Revision = NextRevision, Log = start.Log.Add(record) };
    }

    public CommitResult Run(Transaction transaction)
    {
        var succeeded = transaction.Compare.All(Holds);
        var operations = succeeded ? transaction.Success : transaction.Failure;
        var results = new OperationResult[operations.Count];
        for (var i = 0; i < results.Length; i++) results[i] = Run(operations[i]);
        return new CommitResult(succeeded, CurrentRevision, results);
    }

    /// <summary>Ends a lease and deletes the keys that hang on it.</summary>
    public bool Revoke(long id)
    {
        if (_leases.Find(id) is not { } lease) return false;
        foreach (var key in lease.Keys)
        {
            if (_keys.Find(key) is { IsLive: true } entry) Delete(entry);
        }

        _leases = _leases.Remove(id);
        return true;
    }

    private OperationResult Run(Operation operation) => operation switch
    {
        Operation.Put put => Run(put),
        Operation.Delete delete => Run(delete),
        Operation.Range range => new OperationResult.Range(View().Read(range.Request, new Overlay(this))),
        Operation.Nested nested => new OperationResult.Nested(Run(nested.Transaction)),
        _ => throw StoreErrors.Invalid($"unknown operation {operation.GetType().Name}"),
    };

    private OperationResult.Put Run(Operation.Put put)
    {
        var entry = _keys.Find(put.Key.Span);
        KeyVersion? replaced = entry is { IsLive: true } ? entry.Latest : null;
        if ((put.KeepValue || put.KeepLease) && replaced is null) throw StoreErrors.KeyNotFound();
        var lease = put.KeepLease ? replaced!.Value.Lease : put.Lease;
        if (lease != 0 && _leases.Find(lease) is null) throw StoreErrors.LeaseNotFound();

        var key = entry?.Key ?? put.Key.ToArray();
        StoredItem? previous = replaced is { } old && (put.ReturnPrevious || put.KeepValue) ? Load(key, old) : null;
        ReadOnlyMemory<byte> value = put.KeepValue ? previous!.Value : put.Value.ToArray();
        var item = new StoredItem(key, value, replaced?.Create ?? NextRevision, NextRevision, (replaced?.Version ?? 0) + 1, lease);
        Apply(entry, key, item, replaced);
        _leases = _leases.Move(key, replaced?.Lease ?? 0, lease);
        return new OperationResult.Put(put.ReturnPrevious ? previous : null);
    }

    private OperationResult.Delete Run(Operation.Delete delete)
    {
        var hits = RangeScan.Run(_keys, delete.Keys, long.MaxValue, 0).Hits;
        var previous = delete.ReturnPrevious ? new StoredItem[hits.Count] : [];
        for (var i = 0; i < previous.Length; i++) previous[i] = Load(hits[i].Entry.Key, hits[i].Version);
        foreach (var hit in hits)
        {
            _leases = _leases.Move(hit.Entry.Key, hit.Version.Lease, 0);
            Delete(hit.Entry);
        }

        return new OperationResult.Delete(hits.Count, previous);
    }

    private void Delete(KeyEntry entry) =>
        Apply(entry, entry.Key, new StoredItem(entry.Key, default, 0, NextRevision, 0), entry.Latest);

    private void Apply(KeyEntry? entry, byte[] key, StoredItem item, KeyVersion? replaced)
    {
        // What the check of the request lets pass, as etcd does: a nested put, then a delete of its key.
        if (entry?.Latest.Revision == NextRevision) throw StoreErrors.DuplicateKey();
        if (_changes.Count >= VersionId.MaxOrdinals) throw StoreErrors.Invalid("too many keys changed by one txn request");
        if (NextRevision >= VersionId.MaxRevision) throw new StoreException(StoreError.NoSpace, "the store has no revision left to give");
        var id = new VersionId(NextRevision, _changes.Count);
        var version = new KeyVersion(id, item.CreateRevision, item.Version, item.Lease, keepItems ? item : null);
        _keys = _keys.Set(entry?.With(version) ?? new KeyEntry(key, version, null));
        _changes.Add(new ChangeRecord(key, new Change(item.CreateRevision == 0, item, null), replaced));
    }

    private StoreState View() => start with { Keys = _keys, Revision = CurrentRevision };

    private StoredItem Load(byte[] key, in KeyVersion version) =>
        version.Revision == NextRevision ? _changes[version.Id.Ordinal].Change.Item : items.Load(key, version);

    private bool Holds(Comparison comparison)
    {
        var hits = RangeScan.Run(_keys, comparison.Keys, long.MaxValue, 0).Hits;
        if (hits.Count == 0)
        {
            // No value is equal, unequal, less or greater than one that is not there; etcd answers the same.
            return comparison.Target != CompareTarget.Value && Holds(comparison, default, null);
        }

        foreach (var hit in hits)
        {
            if (!Holds(comparison, hit.Version, hit.Entry.Key)) return false;
        }

        return true;
    }

    private bool Holds(Comparison comparison, in KeyVersion version, byte[]? key)
    {
        var order = comparison.Target switch
        {
            CompareTarget.ModRevision => version.Revision.CompareTo(comparison.Number),
            CompareTarget.CreateRevision => version.Create.CompareTo(comparison.Number),
            CompareTarget.Version => version.Version.CompareTo(comparison.Number),
            CompareTarget.Lease => version.Lease.CompareTo(comparison.Number),
            CompareTarget.Value => Load(key!, version).Value.Span.SequenceCompareTo(comparison.Value.Span),
            _ => throw StoreErrors.Invalid("unknown comparison target"),
        };
        return comparison.Operator switch
        {
            CompareOperator.Equal => order == 0,
            CompareOperator.NotEqual => order != 0,
            CompareOperator.Less => order < 0,
            CompareOperator.Greater => order > 0,
            _ => throw StoreErrors.Invalid("unknown comparison operator"),
        };
    }

    // What this transaction wrote is not in the engine yet.
    private sealed class Overlay(TransactionRun run) : IItemSource
    {
        public StoredItem Load(byte[] key, in KeyVersion version) => run.Load(key, version);

        public bool TryLoad(byte[] key, in KeyVersion version, out StoredItem? item)
        {
            item = run.Load(key, version);
            return true;
        }
    }
}
