using System.Text;
using Keelson.Server.Http;
using Keelson.Server.Verbs;
using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Pages;

/// <summary>Something that has to be well for the server to be.</summary>
/// <param name="Check">Why it is not well, or null.</param>
internal sealed record HealthCheck(string Name, Func<string?> Check);

/// <summary>Whether the server lives and is ready: /healthz, /livez and /readyz, as a whole and check by check.</summary>
internal sealed class HealthPage(ServerContext server, Func<bool> isStarted, Func<bool> isEnding) : IPage
{
    private readonly HealthCheck[] _live = [new("ping", () => null), new("log", () => null)];

    private readonly HealthCheck[] _ready =
    [
        new("etcd", () => server.Feed.Fault),
        new("informer-sync", () => server.Feed.Fault),
        new("poststarthook/bootstrap-objects", () => isStarted() ? null : "not finished"),
        new("shutdown", () => isEnding() ? "process is shutting down" : null),
    ];

    public async ValueTask<bool> TryAnswerAsync(HttpContext http, RequestInfo info)
    {
        var parts = info.Path.Trim('/').Split('/', 2);
        if (parts[0] is not ("healthz" or "livez" or "readyz")) return false;
        var checks = parts[0] == "livez" ? _live : [.. _live, .. _ready];
        if (parts.Length == 2)
        {
            checks = [.. checks.Where(check => check.Name == parts[1])];
            if (checks.Length == 0) return false;
        }

        var excluded = http.Request.Query["exclude"];
        checks = [.. checks.Where(check => !excluded.Contains(check.Name))];
        await AnswerAsync(http, parts[0], checks).ConfigureAwait(false);
        return true;
    }

    private static ValueTask AnswerAsync(HttpContext http, string name, HealthCheck[] checks)
    {
        var text = new StringBuilder();
        var failed = false;
        foreach (var check in checks)
        {
            var fault = check.Check();
            failed |= fault is not null;

            // Anybody may ask, so the reasons stay inside.
            text.Append(fault is null ? $"[+]{check.Name} ok\n" : $"[-]{check.Name} failed: reason withheld\n");
        }

        text.Append(failed ? $"{name} check failed\n" : $"{name} check passed\n");
        var verbose = failed || http.Request.Query.ContainsKey("verbose");
        return Answers.BytesAsync(http, failed ? 500 : 200, "text/plain; charset=utf-8", System.Text.Encoding.UTF8.GetBytes(verbose ? text.ToString() : "ok"));
    }
}
