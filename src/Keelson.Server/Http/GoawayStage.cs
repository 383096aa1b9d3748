using Keelson.Server.Verbs;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Http;

/// <summary>
/// Asks clients by chance to come back over another connection once what they have open is answered: behind a balancer that divides
/// connections, HTTP/2 would keep a client with one server for ever.
/// </summary>
internal sealed class GoawayStage(double chance, ServerContext server) : IStage
{
    public Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        if (chance > 0 && HttpProtocol.IsHttp2(http.Request.Protocol) && server.Chance() < chance) http.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        return next(http);
    }
}
