using System.Collections.Concurrent;
using System.Net;
using Keelson.Client;
using Keelson.Control;
using Keelson.Control.Scheduler;
using Keelson.EndToEnd.Store;
using Keelson.Node.Kubelet;
using Keelson.Server.Registry;
using Keelson.Server.Serving;
using Keelson.Storage.Memory;
using ServerCore = Keelson.Server.Serving.ApiServer;

namespace Keelson.EndToEnd.ApiServer;

/// <summary>An API server on a port of this machine with controllers, a scheduler and two simulated nodes beside it in this process.</summary>
internal sealed class RunningCluster : IAsyncDisposable
{
    private readonly CertificateAuthority _authority = CertificateAuthority.Create(TimeProvider.System);
    private readonly MemoryStore _store = new(TimeProvider.System);
    private readonly TemporaryFolder _folder = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly ServerCore _server;
    private Task _running = Task.CompletedTask;

    private RunningCluster(ServedApis apis) => _server = new ServerCore(new ApiServerOptions
    {
        Store = _store,
        Authority = _authority,
        Apis = apis,
        Time = TimeProvider.System,
        Random = new Random(1),
        Listen = new IPEndPoint(IPAddress.Loopback, 0),
    });

    public Uri Address => _server.Address!;

    public string Kubeconfig => _folder["kubeconfig"];

    public string Folder => _folder[""];

    /// <summary>What controllers, scheduler and nodes could not do so far, for the message of a test that waits in vain.</summary>
    public string Failures => string.Join('\n', _failures);

    /// <param name="apis">Which APIs are served besides the stable ones, as --runtime-config says it.</param>
    public static async Task<RunningCluster> StartAsync(params string[] apis)
    {
        var cluster = new RunningCluster(ServedApis.Parse(apis));
        await cluster._server.StartAsync();
        SecretFile.Write(cluster.Kubeconfig, cluster._server.CreateAdminKubeconfig());
        cluster._running = cluster.RunPartsAsync(cluster._stop.Token);
        return cluster;
    }

    public Kubectl Kubectl(string program) => new(program, _folder, Kubeconfig);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _running;
        }
        catch (OperationCanceledException)
        {
            // That is how it ends.
        }

        await _server.DisposeAsync();
        await _store.DisposeAsync();
        _authority.Dispose();
        _stop.Dispose();
        _folder.Dispose();
    }

    private async Task RunPartsAsync(CancellationToken cancel)
    {
        using var handler = _server.CreateHandler();
        using var client = new ApiClient(new ApiClientOptions { Handler = handler, Time = TimeProvider.System, UseProtobuf = true });
        await using var nodes = new SimulatedNodes(client, ["node-1", "node-2"], TimeProvider.System, options => options with { OnError = failure => _failures.Enqueue($"kubelet: {failure.Message}") });
        var controllers = new ControlPlaneOptions { RootCertificate = _authority.CertificatePem, SigningAuthority = _authority.Certificate, Seed = 1, OnError = failure => _failures.Enqueue($"{failure.Controller}: {failure.Failure.Message}") };
        var scheduler = new SchedulerOptions { Seed = 1, OnError = failure => _failures.Enqueue($"scheduler: {failure.Message}") };
        await Task.WhenAll(ControlPlane.RunAsync(client, controllers, cancel), new PodScheduler(client, scheduler).RunAsync(cancel), nodes.RunAsync(cancel));
    }
}
