using System.Text;

namespace Keelson.Storage.Etcd.Server;

/// <summary>
/// Those who want the same thing, in the order in which they came: each is a key under one prefix that hangs on
/// a lease, and the oldest key has it.
/// </summary>
internal sealed class WaitingLine(IStore store, ReadOnlyMemory<byte> name)
{
    private readonly byte[] _prefix = [.. name.Span, (byte)'/'];

    private KeyRange Members => KeyRange.Prefix(_prefix);

    /// <summary>Stands at the end of the line, or stays where the lease stands already.</summary>
    /// <param name="replace">Whether a value that is there is replaced by this one.</param>
    public async ValueTask<(byte[] Key, long Joined)> JoinAsync(long lease, ReadOnlyMemory<byte> value, bool replace, CancellationToken cancel)
    {
        byte[] key = [.. _prefix, .. Encoding.ASCII.GetBytes(lease.ToString("x", System.Globalization.CultureInfo.InvariantCulture))];
        var own = KeyRange.Single(key);
        Operation put = new Operation.Put(key, value, lease);
        Operation read = new Operation.Range(new(own));
        var result = await store.CommitAsync(
            new([new(own, CompareTarget.CreateRevision, CompareOperator.Equal)], [put], replace ? [read, put] : [read]), cancel).ConfigureAwait(false);
        if (result.Succeeded) return (key, result.Revision);
        return (key, ((OperationResult.Range)result.Results[0]).Result.Items[0].CreateRevision);
    }

    /// <summary>Waits until nobody stands before the one that joined then; false where that one has left the line meanwhile.</summary>
    public async ValueTask<bool> WaitAsync(byte[] key, long joined, CancellationToken cancel)
    {
        while (true)
        {
            var line = await store.RangeAsync(new(Members, KeysOnly: true), cancel).ConfigureAwait(false);
            if (line.Items.MaxBy(item => item.CreateRevision < joined ? item.CreateRevision : 0) is not { } ahead || ahead.CreateRevision >= joined)
                return line.Items.Any(item => item.Key.Span.SequenceEqual(key) && item.CreateRevision == joined);
            await DeletedAsync(ahead.Key, line.Revision + 1, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Who is first, or null.</summary>
    public async ValueTask<(StoredItem? First, long Revision)> FirstAsync(CancellationToken cancel)
    {
        var line = await store.RangeAsync(new(Members), cancel).ConfigureAwait(false);
        return (line.Items.MinBy(item => item.CreateRevision), line.Revision);
    }

    /// <summary>Whatever happens in the line from a revision on.</summary>
    public IAsyncEnumerable<WatchBatch> ChangesAsync(long fromRevision, CancellationToken cancel) => store.WatchAsync(new(Members, fromRevision), cancel);

    /// <summary>Leaves the line, if it is still the same that joined then.</summary>
    public async ValueTask<long> LeaveAsync(byte[] key, long joined, CancellationToken cancel)
    {
        var own = KeyRange.Single(key);
        var result = await store.CommitAsync(
            new([new(own, CompareTarget.CreateRevision, CompareOperator.Equal, joined)], [new Operation.Delete(own)], []), cancel).ConfigureAwait(false);
        return result.Revision;
    }

    private async ValueTask DeletedAsync(ReadOnlyMemory<byte> key, long fromRevision, CancellationToken cancel)
    {
        try
        {
            await foreach (var batch in store.WatchAsync(new(KeyRange.Single(key), fromRevision), cancel).ConfigureAwait(false))
            {
                if (batch.Changes.Any(change => change.IsDeletion)) return;
            }
        }
        catch (StoreException error) when (error.Error == StoreError.Compacted)
        {
            // It may have been deleted meanwhile; looking again tells.
        }
    }
}
