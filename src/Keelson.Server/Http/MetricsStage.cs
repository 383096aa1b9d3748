using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Http;

/// <summary>Measures every request.</summary>
internal sealed class MetricsStage(RequestMetrics metrics, TimeProvider time) : IStage
{
    public async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        var info = RequestFacts.Of(http).Info;
        var started = time.GetTimestamp();
        var watch = info.IsLongRunning;
        if (watch) metrics.WatchBegins();
        else metrics.RequestBegins(info.IsMutating);
        try
        {
            await next(http).ConfigureAwait(false);
        }
        finally
        {
            if (watch) metrics.WatchEnds();
            else metrics.RequestEnds(info.IsMutating);
            metrics.Add(info, http.Features.Get<ApiRequest>() is not null, http.Response.StatusCode, time.GetElapsedTime(started));
        }
    }
}
