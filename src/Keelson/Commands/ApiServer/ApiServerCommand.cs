using System.CommandLine;
using System.Net;
using System.Security.Cryptography;
using Keelson.Commands.Store;
using Keelson.Server.Nodes;
using Keelson.Server.Serving;
using Keelson.Server.Tokens;
using Keelson.Storage;
using Keelson.Storage.Memory;
using Keelson.Storage.Sqlite;
using ApiServerCore = Keelson.Server.Serving.ApiServer;

namespace Keelson.Commands.ApiServer;

/// <summary>"keelson apiserver": the API server alone, over a store in a folder.</summary>
internal static class ApiServerCommand
{
    /// <summary>How long requests may take to finish after the server was told to stop; default 10 seconds.</summary>
    private static readonly TimeSpan DrainFor = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var dataFolder = new Option<DirectoryInfo>("--data-dir") { Description = "The folder that holds the data and the certificates; made if it is not there.", Required = true };
        var port = new Option<int>("--api-port") { Description = "The port on 127.0.0.1 to listen on; 0 lets the system choose.", DefaultValueFactory = _ => 6443 };
        var kubeconfig = new Option<FileInfo?>("--kubeconfig") { Description = "Where to write the administrator's kubeconfig; by default into the data folder." };
        var engine = new Option<StoreEngine>("--engine") { Description = "What keeps the data: sqlite, or memory, which forgets it at the end.", DefaultValueFactory = _ => StoreEngine.Sqlite };
        var anyKubelet = new Option<bool>("--skip-kubelet-verification") { Description = "Accept any certificate from kubelets; unless set, theirs have to be of this cluster's authority." };
        var command = new Command("apiserver", "Run the Kubernetes API server alone.") { dataFolder, port, kubeconfig, engine, anyKubelet };
        var serving = new ServingFlags();
        serving.AddTo(command);
        command.SetAction((arguments, cancel) => ClusterOptions.RunAsync(arguments, cancel, () =>
        {
            var folder = arguments.GetRequiredValue(dataFolder);
            var file = arguments.GetValue(kubeconfig) ?? new FileInfo(Path.Combine(folder.FullName, "kubeconfig"));
            var nodes = new NodeAccess { VerifiesKubelets = !arguments.GetValue(anyKubelet) };
            var configure = serving.Read(arguments);
            return RunAsync(folder, arguments.GetValue(port), file, arguments.GetValue(engine), options => configure(options with { Nodes = nodes }), arguments.InvocationConfiguration.Output, cancel);
        }));
        return command;
    }

    private static async Task RunAsync(
        DirectoryInfo folder, int port, FileInfo kubeconfig, StoreEngine engine, Func<ApiServerOptions, ApiServerOptions> configure, TextWriter output, CancellationToken cancel)
    {
        if (port is < 0 or > ushort.MaxValue) throw new ArgumentException($"{port} is no port");
        folder.Create();
        await using var store = await OpenAsync(engine, folder, cancel);
        using var authority = CertificateAuthority.LoadOrCreate(Path.Combine(folder.FullName, "pki"), TimeProvider.System);
        using var frontProxy = CertificateAuthority.LoadOrCreateFrontProxy(Path.Combine(folder.FullName, "pki"), TimeProvider.System);
        using var accountKey = ServiceAccountKey.LoadOrCreate(Path.Combine(folder.FullName, "pki"));
        var options = configure(new ApiServerOptions
        {
            Store = store,
            Time = TimeProvider.System,
            Random = new Random(RandomNumberGenerator.GetInt32(int.MaxValue)),
            Listen = new IPEndPoint(IPAddress.Loopback, port),
            Authority = authority,
            FrontProxyAuthority = frontProxy,
            AccountKey = accountKey,
        });
        await using var server = new ApiServerCore(options);
        await server.StartAsync(cancel);
        var relief = MemoryRelief.RunAsync(TimeProvider.System, cancel);
        kubeconfig.Directory?.Create();
        SecretFile.Write(kubeconfig.FullName, server.CreateAdminKubeconfig());
        await output.WriteLineAsync($"ready: listening on {server.Address!.ToString().TrimEnd('/')}, kubeconfig in {kubeconfig.FullName}");
        await output.FlushAsync(CancellationToken.None);
        try
        {
            await Task.Delay(Timeout.Infinite, cancel);
        }
        finally
        {
            using var limit = new CancellationTokenSource(DrainFor + options.ShutdownDelay);
            await server.StopAsync(limit.Token);
            await relief;
        }
    }

    private static async ValueTask<IStore> OpenAsync(StoreEngine engine, DirectoryInfo folder, CancellationToken cancel) => engine == StoreEngine.Memory
        ? new MemoryStore(TimeProvider.System)
        : await SqliteStore.OpenAsync(Path.Combine(folder.FullName, "store"), TimeProvider.System, new SqliteStoreOptions { CompactsItself = true }, cancel);
}
