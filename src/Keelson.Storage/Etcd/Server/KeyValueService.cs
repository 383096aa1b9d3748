using Google.Protobuf;
using Keelson.Rpc.Server;
using Keelson.Storage.Etcd.Protos;
using Wire = Keelson.Storage.Etcd.Protos;

namespace Keelson.Storage.Etcd.Server;

/// <summary>etcd's service KV.</summary>
internal sealed class KeyValueService(ApiContext context)
{
    public IEnumerable<RpcHandler> Handlers() =>
    [
        ApiContext.Unary(EtcdMethods.Range, RangeAsync),
        ApiContext.Unary(EtcdMethods.Put, PutAsync),
        ApiContext.Unary(EtcdMethods.DeleteRange, DeleteAsync),
        ApiContext.Unary(EtcdMethods.Txn, TransactAsync),
        ApiContext.Unary(EtcdMethods.Compact, CompactAsync),
    ];

    private async Task<RangeResponse> RangeAsync(Wire.RangeRequest request, CancellationToken cancel)
    {
        var plan = new RangePlan(request);
        var result = await context.Store.RangeAsync(plan.StoreRequest, cancel).ConfigureAwait(false);
        return plan.Answer(result, context.Header(result.Revision));
    }

    private async Task<PutResponse> PutAsync(PutRequest request, CancellationToken cancel)
    {
        CheckSize(request);
        var result = await context.Store.CommitAsync(new([], [ApiMapping.ToStore(request)], []), cancel).ConfigureAwait(false);
        return TransactionPlan.Answer((OperationResult.Put)result.Results[0], context.Header(result.Revision));
    }

    private async Task<DeleteRangeResponse> DeleteAsync(DeleteRangeRequest request, CancellationToken cancel)
    {
        CheckSize(request);
        var result = await context.Store.CommitAsync(new([], [ApiMapping.ToStore(request)], []), cancel).ConfigureAwait(false);
        return TransactionPlan.Answer((OperationResult.Delete)result.Results[0], context.Header(result.Revision));
    }

    private async Task<TxnResponse> TransactAsync(TxnRequest request, CancellationToken cancel)
    {
        CheckSize(request);
        var plan = new TransactionPlan(context, request);
        var result = await context.Store.CommitAsync(plan.Transaction, cancel).ConfigureAwait(false);
        return plan.Answer(result);
    }

    // Whether the space is given back at once ("physical") is the store's own affair; the answer comes when it may be relied on.
    private async Task<CompactionResponse> CompactAsync(CompactionRequest request, CancellationToken cancel)
    {
        await context.Store.CompactAsync(request.Revision, cancel).ConfigureAwait(false);
        return new() { Header = await context.HeaderAsync(cancel).ConfigureAwait(false) };
    }

    private void CheckSize(IMessage request)
    {
        if (request.CalculateSize() > context.Options.MaxRequestBytes) throw ApiMapping.Invalid(EtcdErrors.TooLarge);
    }
}
