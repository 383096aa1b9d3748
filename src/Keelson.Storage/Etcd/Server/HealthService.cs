using Keelson.Rpc;
using Keelson.Rpc.Server;
using Keelson.Storage.Etcd.Protos;

namespace Keelson.Storage.Etcd.Server;

/// <summary>The health check that gRPC servers share, for the server as a whole.</summary>
internal sealed class HealthService(ApiContext context)
{
    public IEnumerable<RpcHandler> Handlers() =>
    [
        ApiContext.Unary(EtcdMethods.HealthCheck, CheckAsync),
        RpcHandler.ServerStream(EtcdMethods.HealthWatch, async (request, call) =>
        {
            await call.WriteAsync(await CheckAsync(request, call.Cancel).ConfigureAwait(false)).ConfigureAwait(false);
            await Task.Delay(Timeout.Infinite, call.Cancel).ConfigureAwait(false);
        }),
    ];

    private async Task<HealthCheckResponse> CheckAsync(HealthCheckRequest request, CancellationToken cancel)
    {
        if (request.Service.Length > 0) throw new RpcException(RpcStatus.NotFound, "unknown service");
        var fault = (await context.Store.StatusAsync(cancel).ConfigureAwait(false)).Fault;
        return new() { Status = fault is null ? HealthCheckResponse.Types.ServingStatus.Serving : HealthCheckResponse.Types.ServingStatus.NotServing };
    }
}
