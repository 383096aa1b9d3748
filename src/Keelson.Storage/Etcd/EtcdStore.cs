using Google.Protobuf;
using Keelson.Rpc;
using Keelson.Rpc.Client;
using Wire = Keelson.Storage.Etcd.Protos;

namespace Keelson.Storage.Etcd;

/// <summary>The state in an etcd v3 cluster: the engine for more than one server.</summary>
/// <remarks>
/// A write whose outcome is unknown, because the connection broke after it was sent, is reported as
/// <see cref="StoreError.Unavailable"/> and never sent again by itself.
/// </remarks>
public sealed class EtcdStore : IStore
{
    private readonly RpcChannel _channel;
    private readonly RpcCallOptions _callOptions;
    private readonly EtcdServerVersion _version;
    private readonly TimeProvider _time;

    public EtcdStore(EtcdStoreOptions options)
    {
        _time = options.Time;
        _channel = new(new()
        {
            Endpoints = options.Endpoints,
            Time = options.Time,
            Random = options.Random,
            Tls = options.Tls,
            MaxReceiveBytes = options.MaxReceiveBytes,
            MaxSendBytes = options.MaxSendBytes,
        });
        _callOptions = new() { Timeout = options.RequestTimeout };
        _version = new(_channel, _callOptions);
    }

    public async ValueTask<StoredItem?> GetAsync(ReadOnlyMemory<byte> key, long revision = 0, CancellationToken cancel = default)
    {
        var result = await RangeAsync(new(KeyRange.Single(key), revision), cancel).ConfigureAwait(false);
        return result.Items.Count == 0 ? null : result.Items[0];
    }

    public async ValueTask<RangeResult> RangeAsync(RangeRequest request, CancellationToken cancel = default)
    {
        if (EtcdMapping.IsEmpty(request.Keys)) return new([], await RevisionAsync(cancel).ConfigureAwait(false), 0, false);
        var response = await CallAsync(EtcdMethods.Range, EtcdMapping.ToWire(request), cancel).ConfigureAwait(false);
        return EtcdMapping.ToStore(response, response.Header.Revision);
    }

    public async ValueTask<CommitResult> CommitAsync(Transaction transaction, CancellationToken cancel = default)
    {
        var response = await CallAsync(EtcdMethods.Txn, EtcdMapping.ToWire(transaction), cancel).ConfigureAwait(false);
        return EtcdMapping.ToStore(response, response.Header.Revision);
    }

    public async IAsyncEnumerable<WatchBatch> WatchAsync(WatchRequest request, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel = default)
    {
        await using var stream = new EtcdWatchStream(_channel, _version, _time, request, cancel);
        while (true) yield return await stream.NextAsync().ConfigureAwait(false);
    }

    public async ValueTask<LeaseState> GrantLeaseAsync(TimeSpan timeToLive, long id = 0, CancellationToken cancel = default)
    {
        var seconds = (long)Math.Ceiling(timeToLive.TotalSeconds);
        var response = await CallAsync(EtcdMethods.LeaseGrant, new() { ID = id, TTL = seconds }, cancel).ConfigureAwait(false);
        var granted = TimeSpan.FromSeconds(response.TTL);
        return new(response.ID, granted, granted, []);
    }

    public async ValueTask<LeaseState?> KeepLeaseAliveAsync(long id, CancellationToken cancel = default)
    {
        try
        {
            await foreach (var response in _channel.StreamAsync(EtcdMethods.LeaseKeepAlive, new() { ID = id }, _callOptions, cancel).ConfigureAwait(false))
            {
                var left = TimeSpan.FromSeconds(response.TTL);
                return response.TTL > 0 ? new(id, left, left, []) : null;
            }
        }
        catch (RpcException error)
        {
            throw EtcdErrors.ToStore(error);
        }

        throw new StoreException(StoreError.Unavailable, "The server did not answer the lease's sign of life.");
    }

    public async ValueTask<bool> RevokeLeaseAsync(long id, CancellationToken cancel = default)
    {
        try
        {
            await CallAsync(EtcdMethods.LeaseRevoke, new() { ID = id }, cancel).ConfigureAwait(false);
            return true;
        }
        catch (StoreException error) when (error.Error == StoreError.LeaseNotFound)
        {
            return false;
        }
    }

    public async ValueTask<LeaseState?> GetLeaseAsync(long id, CancellationToken cancel = default)
    {
        try
        {
            var response = await CallAsync(EtcdMethods.LeaseTimeToLive, new() { ID = id, Keys = true }, cancel).ConfigureAwait(false);
            if (response.TTL < 0) return null;
            return new(id, TimeSpan.FromSeconds(response.GrantedTTL), TimeSpan.FromSeconds(response.TTL), [.. response.Keys.Select(key => key.Memory)]);
        }
        catch (StoreException error) when (error.Error == StoreError.LeaseNotFound)
        {
            return null;
        }
    }

    public async ValueTask<IReadOnlyList<long>> ListLeasesAsync(CancellationToken cancel = default)
    {
        var response = await CallAsync(EtcdMethods.LeaseLeases, new(), cancel).ConfigureAwait(false);
        return [.. response.Leases.Select(lease => lease.ID).Order()];
    }

    public async ValueTask CompactAsync(long revision, CancellationToken cancel = default) =>
        await CallAsync(EtcdMethods.Compact, new() { Revision = revision }, cancel).ConfigureAwait(false);

    /// <summary>Writes etcd's own database file, as "etcdctl snapshot save" would.</summary>
    public async ValueTask SnapshotAsync(Stream destination, CancellationToken cancel = default)
    {
        try
        {
            // No deadline: how long it takes depends on the size, and a connection that died is noticed anyway.
            await foreach (var part in _channel.StreamAsync(EtcdMethods.Snapshot, new(), RpcCallOptions.None, cancel).ConfigureAwait(false))
                await destination.WriteAsync(part.Blob.Memory, cancel).ConfigureAwait(false);
        }
        catch (RpcException error)
        {
            throw EtcdErrors.ToStore(error);
        }
    }

    public async ValueTask<StoreStatus> StatusAsync(CancellationToken cancel = default)
    {
        var status = await CallAsync(EtcdMethods.Status, new(), cancel).ConfigureAwait(false);
        var compacted = await CompactedRevisionAsync(cancel).ConfigureAwait(false);
        var fault = status.Errors.Count == 0 ? null : string.Join("; ", status.Errors);
        return new("etcd", status.Header.Revision, compacted, status.DbSize, status.DbSizeInUse, fault);
    }

    public ValueTask DisposeAsync()
    {
        _channel.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<long> RevisionAsync(CancellationToken cancel)
    {
        var probe = new Wire.RangeRequest { Key = ByteString.CopyFrom(0), CountOnly = true };
        return (await CallAsync(EtcdMethods.Range, probe, cancel).ConfigureAwait(false)).Header.Revision;
    }

    // No method says up to where the store is compacted; only a failure does.
    private async Task<long> CompactedRevisionAsync(CancellationToken cancel)
    {
        try
        {
            var probe = new Wire.RangeRequest { Key = ByteString.CopyFrom(0), Revision = 1, CountOnly = true };
            await _channel.CallAsync(EtcdMethods.Range, probe, _callOptions, cancel).ConfigureAwait(false);
            return 0;
        }
        catch (RpcException error) when (error.Message == EtcdErrors.Compacted)
        {
            return await AskCompactedRevisionAsync(cancel).ConfigureAwait(false);
        }
        catch (RpcException error)
        {
            throw EtcdErrors.ToStore(error);
        }
    }

    // A watch from the beginning is refused with the revision that it may begin at.
    private async Task<long> AskCompactedRevisionAsync(CancellationToken cancel)
    {
        await using var stream = new EtcdWatchStream(_channel, _version, _time, new(KeyRange.Single(new byte[] { 0 }), FromRevision: 1), cancel);
        try
        {
            while (true) await stream.NextAsync().AsTask().WaitAsync(_callOptions.Timeout!.Value, _time, cancel).ConfigureAwait(false);
        }
        catch (StoreException error) when (error.Error == StoreError.Compacted)
        {
            return error.CompactedRevision;
        }
        catch (TimeoutException error)
        {
            throw new StoreException(StoreError.Unavailable, "The server did not say up to where it is compacted.", error);
        }
    }

    private async Task<TResponse> CallAsync<TRequest, TResponse>(RpcMethod<TRequest, TResponse> method, TRequest request, CancellationToken cancel)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new()
    {
        try
        {
            return await _channel.CallAsync(method, request, _callOptions, cancel).ConfigureAwait(false);
        }
        catch (ObjectDisposedException error)
        {
            throw EtcdErrors.Closed(error);
        }
        catch (RpcException error)
        {
            var compacted = error.Message == EtcdErrors.Compacted ? await AskCompactedRevisionAsync(cancel).ConfigureAwait(false) : 0;
            throw EtcdErrors.ToStore(error, compacted);
        }
    }
}
