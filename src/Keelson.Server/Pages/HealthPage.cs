using System.Text;
using Keelson.Server.Http;
using Keelson.Server.Serving;
using Keelson.Server.Verbs;
using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Pages;

/// <summary>Whether the server lives and is ready: /healthz, /livez and /readyz, as a whole and check by check.</summary>
internal sealed class HealthPage : IPage
{
    /// <summary>How long the store and the log may take; default 2 seconds, as upstream.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly HealthCheck[] _live;
    private readonly HealthCheck[] _ready;

    public HealthPage(ServerContext server, StartSteps steps, Func<bool> isEnding)
    {
        var store = new SharedProbe(server.Objects.ProbeAsync, Patience, server.Time);
        var log = new SharedProbe(cancel => Console.Error.FlushAsync(cancel), Patience, server.Time);
        _live =
        [
            new("ping", () => null),
            new("log", log.CheckAsync),
            new("etcd", store.CheckAsync),
            .. StartSteps.Names.Select(name => new HealthCheck(name, () => steps.Fault(name))),
        ];
        _ready =
        [
            new("etcd-readiness", store.CheckAsync),
            new("informer-sync", () => server.Feed.Fault),
            new("shutdown", () => isEnding() ? "process is shutting down" : null),
        ];
    }

    /// <summary>All paths.</summary>
    public IEnumerable<string> Paths =>
        from page in new[] { "healthz", "livez", "readyz" }
        from path in ChecksOf(page).Select(check => $"/{page}/{check.Name}").Prepend($"/{page}")
        select path;

    public async ValueTask<bool> TryAnswerAsync(HttpContext http, RequestInfo info)
    {
        var parts = info.Path.Trim('/').Split('/', 2);
        if (parts[0] is not ("healthz" or "livez" or "readyz")) return false;
        var checks = ChecksOf(parts[0]);

        // Those who ask want to know how it is now.
        http.Response.Headers.CacheControl = "no-cache, private";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        if (parts.Length == 1) await AnswerAsync(http, parts[0], checks).ConfigureAwait(false);
        else if (Array.Find(checks, check => check.Name == parts[1]) is { } one) await AnswerAsync(http, one).ConfigureAwait(false);
        else return false;
        return true;
    }

    private HealthCheck[] ChecksOf(string page) => page == "readyz" ? [.. _live, .. _ready] : _live;

    private static async ValueTask AnswerAsync(HttpContext http, HealthCheck check)
    {
        var fault = await check.Check(http.RequestAborted).ConfigureAwait(false);
        await TextAsync(http, fault is null ? 200 : 500, fault is null ? "ok" : $"internal server error: {fault}\n").ConfigureAwait(false);
    }

    private static async ValueTask AnswerAsync(HttpContext http, string page, HealthCheck[] checks)
    {
        var excluded = http.Request.Query["exclude"].OfType<string>().Where(name => name.Length > 0).ToHashSet(StringComparer.Ordinal);
        var text = new StringBuilder();
        var failed = false;
        foreach (var check in checks)
        {
            if (excluded.Remove(check.Name))
            {
                text.Append($"[+]{check.Name} excluded: ok\n");
                continue;
            }

            var fault = await check.Check(http.RequestAborted).ConfigureAwait(false);
            failed |= fault is not null;

            // Anybody may ask, so the reasons stay inside.
            text.Append(fault is null ? $"[+]{check.Name} ok\n" : $"[-]{check.Name} failed: reason withheld\n");
        }

        if (excluded.Count > 0) text.Append($"warn: some health checks cannot be excluded: no matches for {string.Join(",", excluded.Order(StringComparer.Ordinal).Select(name => $"\"{name}\""))}\n");
        text.Append(failed ? $"{page} check failed\n" : $"{page} check passed\n");
        var verbose = failed || http.Request.Query.ContainsKey("verbose");
        await TextAsync(http, failed ? 500 : 200, verbose ? text.ToString() : "ok").ConfigureAwait(false);
    }

    private static ValueTask TextAsync(HttpContext http, int code, string text) => Answers.BytesAsync(http, code, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text));
}
