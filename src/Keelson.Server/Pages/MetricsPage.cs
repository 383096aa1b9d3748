using System.Text;
using Keelson.Server.Http;
using Keelson.Server.Verbs;
using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Pages;

/// <summary>What the server counts, in Prometheus' text format: /metrics.</summary>
internal sealed class MetricsPage(ServerContext server, RequestMetrics metrics, Webhooks.WebhookMetrics webhooks, Audit.AuditMetrics? audit, Fairness.FlowControl? flows) : IPage
{
    public async ValueTask<bool> TryAnswerAsync(HttpContext http, RequestInfo info)
    {
        if (info.Path != "/metrics") return false;
        var text = new StringBuilder();
        metrics.Write(text);
        webhooks.Write(text);
        audit?.Write(text);
        flows?.Metrics.Write(text, flows.Ledger.Look());
        server.Services.WriteMetrics(text);
        RequestMetrics.Head(text, "apiserver_storage_objects", "gauge", "Objects by resource.");
        foreach (var resource in server.Registry.All.Where(resource => resource.IsStored).Select(resource => resource.Storage).DistinctBy(resource => resource.KeyPrefix))
        {
            RequestMetrics.Line(text, $"apiserver_storage_objects{{resource=\"{resource.QualifiedName}\"}} {server.Feed.CacheOf(resource).State.Index.Count}");
        }

        RequestMetrics.Head(text, "apiserver_watch_cache_resource_version", "gauge", "The store's revision that the cache has reached.");
        RequestMetrics.Line(text, $"apiserver_watch_cache_resource_version {server.Feed.Revision}");
        await Answers.BytesAsync(http, 200, "text/plain; version=0.0.4; charset=utf-8", System.Text.Encoding.UTF8.GetBytes(text.ToString())).ConfigureAwait(false);
        return true;
    }
}
