using System.Runtime.CompilerServices;
using Keelson.Storage;

namespace Keelson.Testing.Faults;

/// <summary>A store that fails when its <see cref="Faults"/> say so, and otherwise is the store it wraps.</summary>
public sealed class FaultyStore(IStore inner) : IStore
{
    /// <summary>What goes wrong.</summary>
    public StoreFaults Faults { get; } = new();

    public ValueTask<StoredItem?> GetAsync(ReadOnlyMemory<byte> key, long revision = 0, CancellationToken cancel = default) =>
        CallAsync(StoreCalls.Get, () => inner.GetAsync(key, revision, cancel), cancel);

    public ValueTask<RangeResult> RangeAsync(RangeRequest request, CancellationToken cancel = default) =>
        CallAsync(StoreCalls.Range, () => inner.RangeAsync(request, cancel), cancel);

    public ValueTask<CommitResult> CommitAsync(Transaction transaction, CancellationToken cancel = default) =>
        CallAsync(StoreCalls.Commit, () => inner.CommitAsync(transaction, cancel), cancel);

    public async IAsyncEnumerable<WatchBatch> WatchAsync(
        WatchRequest request, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        await Faults.MeetAsync(StoreCalls.Watch, cancel).ConfigureAwait(false);
        var broken = Faults.WatchesToken;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, broken);
        await using var batches = inner.WatchAsync(request, either.Token).GetAsyncEnumerator(either.Token);
        while (true)
        {
            try
            {
                if (!await batches.MoveNextAsync().ConfigureAwait(false)) break;
            }
            catch (OperationCanceledException) when (broken.IsCancellationRequested && !cancel.IsCancellationRequested)
            {
                throw StoreFaults.Failure(StoreError.Unavailable);
            }

            yield return batches.Current;
        }

        // A watch ends by itself when it is cancelled; a broken connection is no such end.
        if (broken.IsCancellationRequested && !cancel.IsCancellationRequested) throw StoreFaults.Failure(StoreError.Unavailable);
    }

    public ValueTask<LeaseState> GrantLeaseAsync(TimeSpan timeToLive, long id = 0, CancellationToken cancel = default) =>
        CallAsync(StoreCalls.Lease, () => inner.GrantLeaseAsync(timeToLive, id, cancel), cancel);

    public ValueTask<LeaseState?> KeepLeaseAliveAsync(long id, CancellationToken cancel = default) =>
        CallAsync(StoreCalls.Lease, () => inner.KeepLeaseAliveAsync(id, cancel), cancel);

    public ValueTask<bool> RevokeLeaseAsync(long id, CancellationToken cancel = default) =>
        CallAsync(StoreCalls.Lease, () => inner.RevokeLeaseAsync(id, cancel), cancel);

    public ValueTask<LeaseState?> GetLeaseAsync(long id, CancellationToken cancel = default) =>
        CallAsync(StoreCalls.Lease, () => inner.GetLeaseAsync(id, cancel), cancel);

    public ValueTask<IReadOnlyList<long>> ListLeasesAsync(CancellationToken cancel = default) =>
        CallAsync(StoreCalls.Lease, () => inner.ListLeasesAsync(cancel), cancel);

    public async ValueTask CompactAsync(long revision, CancellationToken cancel = default) =>
        await CallAsync(StoreCalls.Compact, async () => { await inner.CompactAsync(revision, cancel).ConfigureAwait(false); return true; }, cancel).ConfigureAwait(false);

    public async ValueTask SnapshotAsync(Stream destination, CancellationToken cancel = default) =>
        await CallAsync(StoreCalls.Snapshot, async () => { await inner.SnapshotAsync(destination, cancel).ConfigureAwait(false); return true; }, cancel).ConfigureAwait(false);

    public ValueTask<StoreStatus> StatusAsync(CancellationToken cancel = default) =>
        CallAsync(StoreCalls.Status, () => inner.StatusAsync(cancel), cancel);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private async ValueTask<T> CallAsync<T>(StoreCalls call, Func<ValueTask<T>> pass, CancellationToken cancel)
    {
        var isAnswerLost = await Faults.MeetAsync(call, cancel).ConfigureAwait(false);
        var answer = await pass().ConfigureAwait(false);
        return isAnswerLost ? throw StoreFaults.Failure(StoreError.Unavailable) : answer;
    }
}
