using System.Net;
using Keelson.Rpc.Client;
using Keelson.Rpc.Server;
using Keelson.Storage.Etcd;
using Keelson.Storage.Etcd.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Keelson.Storage.Tests.Etcd.Server;

/// <summary>The etcd v3 API of a store, on loopback within the test's process.</summary>
internal sealed class ApiServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TemporaryDirectory _folder = new();

    private ApiServer(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    public static async Task<ApiServer> StartAsync(IStore store, TimeProvider time, Func<EtcdApiOptions, EtcdApiOptions>? change = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.ForRpc();
            kestrel.Listen(IPAddress.Loopback, 0, endpoint =>
            {
                endpoint.Protocols = HttpProtocols.Http2;
                endpoint.UseAnyAuthority();
            });
        });
        var server = new ApiServer(builder.Build());
        var options = new EtcdApiOptions
        {
            Time = time,
            Name = "default",
            ClientAddresses = () => [.. server._app.Urls],
            ClusterId = 1,
            MemberId = 2,
            SnapshotFolder = server._folder.New(),
            Stopping = server._stopping.Token,
        };
        server._app.MapEtcdApi(store, change?.Invoke(options) ?? options);
        await server._app.StartAsync();
        return server;
    }

    public EtcdStoreOptions StoreOptions() => new() { Endpoints = [Address], Time = TimeProvider.System, Random = new Random(1) };

    public RpcChannel Channel() => new(new() { Endpoints = [Address], Time = TimeProvider.System, Random = new Random(1) });

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _stopping.Dispose();
        _folder.Dispose();
    }
}
