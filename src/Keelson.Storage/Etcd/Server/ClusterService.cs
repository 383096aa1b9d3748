using Keelson.Rpc;
using Keelson.Rpc.Server;
using Keelson.Storage.Etcd.Protos;

namespace Keelson.Storage.Etcd.Server;

/// <summary>As much of etcd's services Cluster and Auth as a cluster of one member without users has.</summary>
internal sealed class ClusterService(ApiContext context)
{
    public IEnumerable<RpcHandler> Handlers() =>
    [
        ApiContext.Unary(EtcdMethods.MemberList, MembersAsync),
        ApiContext.Unary(EtcdMethods.AuthStatus, async (_, cancel) =>
            new AuthStatusResponse { Header = await context.HeaderAsync(cancel).ConfigureAwait(false), AuthRevision = 1 }),
        ApiContext.Unary(EtcdMethods.AuthDisable, async (_, cancel) =>
            new AuthDisableResponse { Header = await context.HeaderAsync(cancel).ConfigureAwait(false) }),
        ApiContext.Unary(EtcdMethods.AuthEnable, (_, _) =>
            Task.FromException<AuthEnableResponse>(new RpcException(RpcStatus.FailedPrecondition, EtcdErrors.RootUserMissing))),
        ApiContext.Unary(EtcdMethods.Authenticate, (_, _) =>
            Task.FromException<AuthenticateResponse>(new RpcException(RpcStatus.FailedPrecondition, EtcdErrors.AuthenticationOff))),
    ];

    private async Task<MemberListResponse> MembersAsync(MemberListRequest request, CancellationToken cancel)
    {
        var member = new Member { ID = context.Options.MemberId, Name = context.Options.Name };
        member.ClientURLs.AddRange(context.Options.ClientAddresses());
        return new() { Header = await context.HeaderAsync(cancel).ConfigureAwait(false), Members = { member } };
    }
}
