using Keelson.Rpc.Server;

namespace Keelson.Storage.Etcd.Server;

/// <summary>etcd's service Watch: many watches on one stream.</summary>
internal sealed class WatchService(ApiContext context)
{
    public IEnumerable<RpcHandler> Handlers() =>
    [
        ApiContext.Stream(EtcdMethods.Watch, call => new WatchSession(context, call).RunAsync()),
    ];
}
