using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Keelson.Rpc.Server;

/// <summary>Puts methods onto an HTTP server.</summary>
public static class RpcEndpoints
{
    /// <summary>Answers every gRPC path: those of the handlers by them, all others with UNIMPLEMENTED.</summary>
    public static void MapRpc(this IEndpointRouteBuilder endpoints, RpcServerOptions options, IEnumerable<RpcHandler> handlers)
    {
        var byPath = handlers.ToDictionary(handler => handler.Path);
        var logger = endpoints.ServiceProvider.GetRequiredService<ILoggerFactory>().CreateLogger("Keelson.Rpc");
        var dispatcher = new RpcDispatcher(byPath, options, logger);
        endpoints.MapFallback("{*path}", dispatcher.HandleAsync);
    }
}
