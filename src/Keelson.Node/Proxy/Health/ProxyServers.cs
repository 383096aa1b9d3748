using System.Net;
using System.Net.Sockets;

namespace Keelson.Node.Proxy.Health;

/// <summary>Answers /healthz, /livez and /metrics where the options say so.</summary>
internal sealed class ProxyServers(ProxyOptions options, ProxyMetrics metrics, ProxyHealth health) : IAsyncDisposable
{
    private readonly List<SmallHttpServer> _servers = [];

    public void Start()
    {
        if (options.HealthEndpoint is { } healthz) Listen(healthz, path => path is "/healthz" or "/livez" ? health.Answer() : NotFound);
        if (options.MetricsEndpoint is { } numbers) Listen(numbers, Metrics);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers) await server.DisposeAsync().ConfigureAwait(false);
    }

    private static SmallAnswer NotFound => new(404, "text/plain; charset=utf-8", "404 page not found\n");

    private SmallAnswer Metrics(string path) => path switch
    {
        "/metrics" => new SmallAnswer(200, "text/plain; version=0.0.4; charset=utf-8", metrics.Write()),
        "/proxyMode" => new SmallAnswer(200, "text/plain; charset=utf-8", "nftables"),
        "/healthz" => health.Answer(),
        _ => NotFound,
    };

    // Services matter more than who watches the proxy: a port that is taken is reported, and that is all.
    private void Listen(IPEndPoint endpoint, Func<string, SmallAnswer> answer)
    {
        var server = new SmallHttpServer(endpoint, options.Namespace, answer);
        try
        {
            server.Start();
            _servers.Add(server);
        }
        catch (SocketException failure)
        {
            options.OnError?.Invoke(new ProxyException($"Cannot listen on {endpoint}: {failure.Message}", failure));
        }
    }
}
