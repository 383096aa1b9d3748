using Keelson.Rpc;
using Keelson.Rpc.Server;
using Keelson.Storage.Etcd.Protos;

namespace Keelson.Storage.Etcd.Server;

/// <summary>etcd's service Election: the first in line leads, and its key's value is what it proclaims.</summary>
internal sealed class ElectionService(ApiContext context)
{
    public IEnumerable<RpcHandler> Handlers() =>
    [
        ApiContext.Unary(EtcdMethods.Campaign, CampaignAsync),
        ApiContext.Unary(EtcdMethods.Proclaim, ProclaimAsync),
        ApiContext.Unary(EtcdMethods.Leader, LeaderAsync),
        ApiContext.Stream(EtcdMethods.Observe, ObserveAsync),
        ApiContext.Unary(EtcdMethods.Resign, ResignAsync),
    ];

    private async Task<CampaignResponse> CampaignAsync(CampaignRequest request, CancellationToken cancel)
    {
        var line = new WaitingLine(context.Store, request.Name.Memory);
        var lease = request.Lease != 0 ? request.Lease : (await context.Store.GrantLeaseAsync(LockService.OwnLease, 0, cancel).ConfigureAwait(false)).Id;
        var (key, joined) = await line.JoinAsync(lease, request.Value.Memory, replace: true, cancel).ConfigureAwait(false);
        try
        {
            if (!await line.WaitAsync(key, joined, cancel).ConfigureAwait(false)) throw new RpcException(RpcStatus.Unknown, "election: session is expired");
        }
        catch (OperationCanceledException)
        {
            await line.LeaveAsync(key, joined, CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        var leader = new LeaderKey { Name = request.Name, Key = EtcdMapping.ToWire(key), Rev = joined, Lease = lease };
        return new() { Header = await context.HeaderAsync(cancel).ConfigureAwait(false), Leader = leader };
    }

    private async Task<ProclaimResponse> ProclaimAsync(ProclaimRequest request, CancellationToken cancel)
    {
        var leader = Required(request.Leader);
        var own = KeyRange.Single(leader.Key.Memory);
        var put = new Operation.Put(leader.Key.Memory, request.Value.Memory, leader.Lease);
        var result = await context.Store.CommitAsync(
            new([new(own, CompareTarget.CreateRevision, CompareOperator.Equal, leader.Rev)], [put], []), cancel).ConfigureAwait(false);
        if (!result.Succeeded) throw new RpcException(RpcStatus.Unknown, "election: not leader");
        return new() { Header = context.Header(result.Revision) };
    }

    private async Task<LeaderResponse> LeaderAsync(LeaderRequest request, CancellationToken cancel)
    {
        var (first, revision) = await new WaitingLine(context.Store, request.Name.Memory).FirstAsync(cancel).ConfigureAwait(false);
        if (first is null) throw new RpcException(RpcStatus.Unknown, "election: no leader");
        return new() { Header = context.Header(revision), Kv = ApiMapping.ToWire(first) };
    }

    private async Task ObserveAsync(RpcServerCall<LeaderRequest, LeaderResponse> call)
    {
        var request = await call.ReadAsync().ConfigureAwait(false) ?? throw new RpcException(RpcStatus.Internal, "The call ended without a request.");
        var line = new WaitingLine(context.Store, request.Name.Memory);
        await call.BeginAsync().ConfigureAwait(false);
        long told = 0;
        while (true)
        {
            var (first, revision) = await line.FirstAsync(call.Cancel).ConfigureAwait(false);
            if (first is not null && first.ModRevision != told)
            {
                told = first.ModRevision;
                await call.WriteAsync(new() { Header = context.Header(revision), Kv = ApiMapping.ToWire(first) }).ConfigureAwait(false);
            }

            await SomethingAsync(line, revision + 1, call.Cancel).ConfigureAwait(false);
        }
    }

    private async Task<ResignResponse> ResignAsync(ResignRequest request, CancellationToken cancel)
    {
        var leader = Required(request.Leader);
        var line = new WaitingLine(context.Store, leader.Name.Memory);
        var revision = await line.LeaveAsync(leader.Key.ToByteArray(), leader.Rev, cancel).ConfigureAwait(false);
        return new() { Header = context.Header(revision) };
    }

    private static async ValueTask SomethingAsync(WaitingLine line, long fromRevision, CancellationToken cancel)
    {
        try
        {
            await foreach (var batch in line.ChangesAsync(fromRevision, cancel).ConfigureAwait(false))
            {
                if (batch.Changes.Count > 0) return;
            }
        }
        catch (StoreException error) when (error.Error == StoreError.Compacted)
        {
            // Something may have happened; looking again tells.
        }
    }

    private static LeaderKey Required(LeaderKey? leader)
    {
        if (leader is null) throw new RpcException(RpcStatus.Unknown, "\"leader\" field must be provided");
        if (leader.Key.IsEmpty) throw ApiMapping.Invalid(EtcdErrors.EmptyKey);
        return leader;
    }
}
