using Keelson.Rpc;
using Keelson.Rpc.Server;
using Keelson.Storage.Etcd.Protos;

namespace Keelson.Storage.Etcd.Server;

/// <summary>etcd's service Lock: the server stands in line for a client that cannot do it itself.</summary>
internal sealed class LockService(ApiContext context)
{
    /// <summary>The lease of a lock or a candidacy that comes without one, as in etcd.</summary>
    public static readonly TimeSpan OwnLease = TimeSpan.FromSeconds(60);

    public IEnumerable<RpcHandler> Handlers() =>
    [
        ApiContext.Unary(EtcdMethods.Lock, LockAsync),
        ApiContext.Unary(EtcdMethods.Unlock, UnlockAsync),
    ];

    private async Task<LockResponse> LockAsync(LockRequest request, CancellationToken cancel)
    {
        var line = new WaitingLine(context.Store, request.Name.Memory);
        var lease = request.Lease != 0 ? request.Lease : (await context.Store.GrantLeaseAsync(OwnLease, 0, cancel).ConfigureAwait(false)).Id;
        var (key, joined) = await line.JoinAsync(lease, ReadOnlyMemory<byte>.Empty, replace: false, cancel).ConfigureAwait(false);
        try
        {
            if (!await line.WaitAsync(key, joined, cancel).ConfigureAwait(false)) throw new RpcException(RpcStatus.Unknown, "mutex: session is expired");
        }
        catch (OperationCanceledException)
        {
            // Nobody waits any more, so nobody must be kept waiting by this place in the line.
            await line.LeaveAsync(key, joined, CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        return new() { Header = await context.HeaderAsync(cancel).ConfigureAwait(false), Key = EtcdMapping.ToWire(key) };
    }

    private async Task<UnlockResponse> UnlockAsync(UnlockRequest request, CancellationToken cancel)
    {
        if (request.Key.IsEmpty) throw ApiMapping.Invalid(EtcdErrors.EmptyKey);
        var result = await context.Store.CommitAsync(new([], [new Operation.Delete(KeyRange.Single(request.Key.Memory))], []), cancel).ConfigureAwait(false);
        return new() { Header = context.Header(result.Revision) };
    }
}
