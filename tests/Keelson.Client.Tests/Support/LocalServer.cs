using System.Net;
using Keelson.Client.Configuration;
using Keelson.Server.Serving;
using Keelson.Storage.Memory;
using Keelson.Testing;

namespace Keelson.Client.Tests.Support;

/// <summary>The real API server over a store in memory, reached without a socket.</summary>
internal sealed class LocalServer : IAsyncDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    private readonly MemoryStore _store;
    private readonly ApiServer _server;
    private readonly RequestCounter _wire;

    private LocalServer(MemoryStore store, ApiServer server, VirtualClock clock)
    {
        _store = store;
        _server = server;
        _wire = new RequestCounter(server.CreateHandler());
        Clock = clock;
    }

    public VirtualClock Clock { get; }

    public HttpMessageHandler Handler => _wire;

    public static async Task<LocalServer> StartAsync(bool isListening = false)
    {
        var clock = new VirtualClock(isListening ? DateTimeOffset.UtcNow : VirtualClock.DefaultStart);
        var store = new MemoryStore(clock);
        var server = new ApiServer(new ApiServerOptions
        {
            Store = store,
            DisabledAdmissionPlugins = ApiServerOptions.PluginsThatNeedControllers,
            Time = clock,
            Random = new Random(1),
            Listen = isListening ? new IPEndPoint(IPAddress.Loopback, 0) : null,
        });
        await server.StartAsync(Eventually.Limit());
        return new LocalServer(store, server, clock);
    }

    public ApiClient CreateClient(bool useProtobuf = false) => new(new ApiClientOptions { Handler = _wire, UseProtobuf = useProtobuf, Time = Clock });

    public ClientConfiguration AdminConfiguration() => Keelson.Client.Configuration.Kubeconfig.Parse(System.Text.Encoding.UTF8.GetBytes(_server.CreateAdminKubeconfig()), "").Resolve();

    /// <summary>
    /// Turns the clock in small steps until a condition holds; never while a request is under way, and never far while
    /// somebody works between two requests, which cannot be told from rest.
    /// </summary>
    public async Task TurnUntilAsync(Func<bool> condition, TimeSpan within)
    {
        var latest = Clock.GetUtcNow() + within;
        while (true)
        {
            await _wire.WaitForRestAsync();
            if (condition()) return;
            if (Clock.GetUtcNow() >= latest) throw new TimeoutException($"The condition did not come to hold within {within}. {Clock}");
            Clock.Advance(Step);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _wire.Dispose();
        await _server.DisposeAsync();
        await _store.DisposeAsync();
    }
}
