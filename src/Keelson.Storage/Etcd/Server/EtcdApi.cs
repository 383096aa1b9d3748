using Keelson.Rpc.Server;
using Microsoft.AspNetCore.Routing;

namespace Keelson.Storage.Etcd.Server;

/// <summary>Offers a store on the etcd v3 API, so that etcdctl and upstream's API server can use it.</summary>
/// <remarks>
/// Deliberately absent: changing the members of the cluster, and users and roles. Both answer as etcd would
/// where the question has an answer, and with UNIMPLEMENTED elsewhere.
/// </remarks>
public static class EtcdApi
{
    // A request as large as is allowed still has its own frame around it.
    private const int FrameBytes = 512 * 1024;

    public static void MapEtcdApi(this IEndpointRouteBuilder endpoints, IStore store, EtcdApiOptions options)
    {
        var context = new ApiContext(store, options);
        var rpc = new RpcServerOptions { Time = options.Time, Stopping = options.Stopping, MaxReceiveBytes = options.MaxRequestBytes + FrameBytes };
        endpoints.MapRpc(rpc,
        [
            .. new KeyValueService(context).Handlers(),
            .. new WatchService(context).Handlers(),
            .. new LeaseService(context).Handlers(),
            .. new MaintenanceService(context).Handlers(),
            .. new ClusterService(context).Handlers(),
            .. new LockService(context).Handlers(),
            .. new ElectionService(context).Handlers(),
            .. new HealthService(context).Handlers(),
        ]);
    }
}
