namespace Keelson.Storage;

/// <summary>
/// The state of a cluster: byte values by byte key, every version of them numbered by one strictly
/// increasing revision. This is what Kubernetes needs of etcd, and no more.
/// </summary>
/// <remarks>
/// Every engine keeps these promises, and one contract suite holds each of them to it:
/// a commit that was acknowledged is durable; a revision is never given twice, also not after a
/// restart; a reader sees whole transactions; a watch delivers every change after its start exactly
/// once and in order, or ends with <see cref="StoreError.Compacted"/>.
/// Failures that a caller can act on are thrown as <see cref="StoreException"/>.
/// </remarks>
public interface IStore : IAsyncDisposable
{
    /// <summary>One item as it stood at <paramref name="revision"/> (zero: now), or null.</summary>
    ValueTask<StoredItem?> GetAsync(ReadOnlyMemory<byte> key, long revision = 0, CancellationToken cancel = default);

    /// <summary>The items of a key range at one revision, in key order.</summary>
    ValueTask<RangeResult> RangeAsync(RangeRequest request, CancellationToken cancel = default);

    /// <summary>Tests the comparisons and applies one of the two lists of operations, all or nothing.</summary>
    /// <remarks>A transaction that changes something takes exactly one new revision, however many keys it touches.</remarks>
    ValueTask<CommitResult> CommitAsync(Transaction transaction, CancellationToken cancel = default);

    /// <summary>The changes of a key range from a revision on, for as long as the caller reads.</summary>
    /// <remarks>
    /// Disposing the enumerator (or cancelling) ends the watch. A reader that stalls costs the others
    /// nothing: what it has not read is read from the store again, or it ends with
    /// <see cref="StoreError.Compacted"/>.
    /// </remarks>
    IAsyncEnumerable<WatchBatch> WatchAsync(WatchRequest request, CancellationToken cancel = default);

    /// <summary>Creates a lease: keys put with it vanish when it is neither kept alive nor revoked in time.</summary>
    /// <param name="id">The wanted number, or zero to be given one.</param>
    ValueTask<LeaseState> GrantLeaseAsync(TimeSpan timeToLive, long id = 0, CancellationToken cancel = default);

    /// <summary>Restarts a lease's time; null where there is no such lease.</summary>
    ValueTask<LeaseState?> KeepLeaseAliveAsync(long id, CancellationToken cancel = default);

    /// <summary>Ends a lease and deletes its keys, in one revision; false where there is no such lease.</summary>
    ValueTask<bool> RevokeLeaseAsync(long id, CancellationToken cancel = default);

    /// <summary>One lease with the keys that hang on it, or null.</summary>
    ValueTask<LeaseState?> GetLeaseAsync(long id, CancellationToken cancel = default);

    /// <summary>The numbers of all leases, ascending.</summary>
    ValueTask<IReadOnlyList<long>> ListLeasesAsync(CancellationToken cancel = default);

    /// <summary>Forgets every version that was replaced at or before <paramref name="revision"/>.</summary>
    ValueTask CompactAsync(long revision, CancellationToken cancel = default);

    /// <summary>Writes a consistent copy of the whole store, taken while writers go on; the engine's own restore reads it.</summary>
    ValueTask SnapshotAsync(Stream destination, CancellationToken cancel = default);

    /// <summary>What the store says of itself: revisions, size, health.</summary>
    ValueTask<StoreStatus> StatusAsync(CancellationToken cancel = default);
}
