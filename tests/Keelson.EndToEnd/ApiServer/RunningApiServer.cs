using System.Net;
using Keelson.EndToEnd.Store;
using Keelson.Server.Serving;
using Keelson.Storage.Memory;
using ServerCore = Keelson.Server.Serving.ApiServer;

namespace Keelson.EndToEnd.ApiServer;

/// <summary>An API server on a port of this machine, and a kubeconfig that leads to it.</summary>
internal sealed class RunningApiServer : IAsyncDisposable
{
    private readonly MemoryStore _store = new(TimeProvider.System);
    private readonly TemporaryFolder _folder = new();
    private readonly ServerCore _server;

    private RunningApiServer() => _server = new ServerCore(new ApiServerOptions
    {
        Store = _store,
        DisabledAdmissionPlugins = ApiServerOptions.PluginsThatNeedControllers,
        Time = TimeProvider.System,
        Random = new Random(1),
        Listen = new IPEndPoint(IPAddress.Loopback, 0),
    });

    public Uri Address => _server.Address!;

    public string Kubeconfig => _folder["kubeconfig"];

    public static async Task<RunningApiServer> StartAsync()
    {
        var running = new RunningApiServer();
        await running._server.StartAsync();
        SecretFile.Write(running.Kubeconfig, running._server.CreateAdminKubeconfig());
        return running;
    }

    public Kubectl Kubectl(string program) => new(program, _folder, Kubeconfig);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _store.DisposeAsync();
        _folder.Dispose();
    }
}
