using Keelson.Server.Verbs;
using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Http;

/// <summary>Sends requests elsewhere that come when the server has begun to end; questions about its health are still answered.</summary>
internal sealed class DrainStage(ServerContext server) : IStage
{
    /// <summary>When to try again; 5 seconds, as upstream.</summary>
    private const int RetryAfterSeconds = 5;

    public Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        if (!server.Stopping.IsCancellationRequested || IsAboutHealth(RequestFacts.Of(http).Info.Path)) return next(http);
        if (HttpProtocol.IsHttp11(http.Request.Protocol)) http.Response.Headers.Connection = "close";
        throw Failures.TooManyRequests("The apiserver is shutting down, please try again later.", RetryAfterSeconds);
    }

    private static bool IsAboutHealth(string path) => path.Trim('/').Split('/', 2)[0] is "healthz" or "livez" or "readyz";
}
