using Keelson.Rpc;
using Keelson.Rpc.Server;
using Keelson.Storage.Etcd.Protos;

namespace Keelson.Storage.Etcd.Server;

/// <summary>etcd's service Lease.</summary>
internal sealed class LeaseService(ApiContext context)
{
    /// <summary>The shortest lease that is granted; who asks for less gets this.</summary>
    public const long MinSeconds = 1;

    /// <summary>The longest, as in etcd.</summary>
    public const long MaxSeconds = 9_000_000_000;

    public IEnumerable<RpcHandler> Handlers() =>
    [
        ApiContext.Unary(EtcdMethods.LeaseGrant, GrantAsync),
        ApiContext.Unary(EtcdMethods.LeaseRevoke, RevokeAsync),
        ApiContext.Stream(EtcdMethods.LeaseKeepAlive, KeepAliveAsync),
        ApiContext.Unary(EtcdMethods.LeaseTimeToLive, TimeToLiveAsync),
        ApiContext.Unary(EtcdMethods.LeaseLeases, ListAsync),
    ];

    private async Task<LeaseGrantResponse> GrantAsync(LeaseGrantRequest request, CancellationToken cancel)
    {
        if (request.TTL > MaxSeconds) throw new RpcException(RpcStatus.OutOfRange, EtcdErrors.LeaseTooLong);
        var lease = await context.Store.GrantLeaseAsync(TimeSpan.FromSeconds(Math.Max(MinSeconds, request.TTL)), request.ID, cancel).ConfigureAwait(false);
        return new() { Header = await context.HeaderAsync(cancel).ConfigureAwait(false), ID = lease.Id, TTL = Seconds(lease.TimeToLive) };
    }

    private async Task<LeaseRevokeResponse> RevokeAsync(LeaseRevokeRequest request, CancellationToken cancel)
    {
        if (!await context.Store.RevokeLeaseAsync(request.ID, cancel).ConfigureAwait(false)) throw new RpcException(RpcStatus.NotFound, EtcdErrors.LeaseNotFound);
        return new() { Header = await context.HeaderAsync(cancel).ConfigureAwait(false) };
    }

    private async Task KeepAliveAsync(RpcServerCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> call)
    {
        while (await call.ReadAsync().ConfigureAwait(false) is { } request)
        {
            // A lease that is gone is told by a time of zero, not by a failure: the stream carries others.
            var lease = await context.Store.KeepLeaseAliveAsync(request.ID, call.Cancel).ConfigureAwait(false);
            var header = await context.HeaderAsync(call.Cancel).ConfigureAwait(false);
            await call.WriteAsync(new() { Header = header, ID = request.ID, TTL = lease is null ? 0 : Seconds(lease.TimeToLive) }).ConfigureAwait(false);
        }
    }

    private async Task<LeaseTimeToLiveResponse> TimeToLiveAsync(LeaseTimeToLiveRequest request, CancellationToken cancel)
    {
        var lease = await context.Store.GetLeaseAsync(request.ID, cancel).ConfigureAwait(false);
        var response = new LeaseTimeToLiveResponse { Header = await context.HeaderAsync(cancel).ConfigureAwait(false), ID = request.ID, TTL = -1 };
        if (lease is null) return response;
        response.TTL = (long)lease.Remaining.TotalSeconds;
        response.GrantedTTL = Seconds(lease.TimeToLive);
        if (request.Keys) response.Keys.AddRange(lease.Keys.Select(EtcdMapping.ToWire));
        return response;
    }

    private async Task<LeaseLeasesResponse> ListAsync(LeaseLeasesRequest request, CancellationToken cancel)
    {
        var response = new LeaseLeasesResponse { Header = await context.HeaderAsync(cancel).ConfigureAwait(false) };
        foreach (var id in await context.Store.ListLeasesAsync(cancel).ConfigureAwait(false)) response.Leases.Add(new LeaseStatus { ID = id });
        return response;
    }

    private static long Seconds(TimeSpan time) => (long)Math.Ceiling(time.TotalSeconds);
}
