using Google.Protobuf;
using Keelson.Rpc;
using Keelson.Rpc.Server;
using Keelson.Storage.Etcd.Protos;

namespace Keelson.Storage.Etcd.Server;

/// <summary>What all services of the API share: the store, its identity, and how failures are told.</summary>
internal sealed class ApiContext(IStore store, EtcdApiOptions options)
{
    // There is one member and it always leads, so there was one election.
    public const ulong Term = 2;

    private static readonly RangeRequest NoKey = new(KeyRange.Single(new byte[] { 0 }), CountOnly: true);

    public IStore Store { get; } = store;

    public EtcdApiOptions Options { get; } = options;

    public ResponseHeader Header(long revision) =>
        new() { ClusterId = Options.ClusterId, MemberId = Options.MemberId, Revision = revision, RaftTerm = Term };

    /// <summary>The store's newest revision.</summary>
    public async ValueTask<long> RevisionAsync(CancellationToken cancel) =>
        (await Store.RangeAsync(NoKey, cancel).ConfigureAwait(false)).Revision;

    public async ValueTask<ResponseHeader> HeaderAsync(CancellationToken cancel) => Header(await RevisionAsync(cancel).ConfigureAwait(false));

    /// <summary>A method whose store failures become those of the API.</summary>
    public static RpcHandler Unary<TRequest, TResponse>(RpcMethod<TRequest, TResponse> method, Func<TRequest, CancellationToken, Task<TResponse>> answer)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new() =>
        RpcHandler.Unary(method, async (request, call) =>
        {
            try
            {
                return await answer(request, call.Cancel).ConfigureAwait(false);
            }
            catch (StoreException error)
            {
                throw EtcdErrors.ToRpc(error);
            }
        });

    /// <summary>A method with streams, whose store failures become those of the API.</summary>
    public static RpcHandler Stream<TRequest, TResponse>(RpcMethod<TRequest, TResponse> method, Func<RpcServerCall<TRequest, TResponse>, Task> answer)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new() =>
        RpcHandler.Duplex(method, async call =>
        {
            try
            {
                await answer(call).ConfigureAwait(false);
            }
            catch (StoreException error)
            {
                throw EtcdErrors.ToRpc(error);
            }
        });
}
