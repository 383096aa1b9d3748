using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Keelson.Client;
using Keelson.Control;
using Keelson.Control.Scheduler;
using Keelson.Server.Registry;
using Keelson.Server.Serving;
using Keelson.Server.Tokens;
using Keelson.Storage;
using Keelson.Storage.Sqlite;

namespace Keelson.Cluster;

/// <summary>The process of a cluster on this machine: API server, controllers and scheduler, and the nodes that it looks after.</summary>
internal sealed class ClusterServer(ClusterFolder folder, ClusterSettings settings, ClusterProgress progress, ClusterLog log, TimeProvider time)
{
    /// <summary>How long requests may take to finish after the cluster was told to stop.</summary>
    private static readonly TimeSpan DrainFor = TimeSpan.FromSeconds(5);

    /// <summary>How long nodes may take to become ready before the start goes on without them.</summary>
    private static readonly TimeSpan NodePatience = TimeSpan.FromMinutes(2);

    private readonly long _started = time.GetTimestamp();
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();

    /// <summary>Runs the cluster until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        using var held = ClusterLock.TryTake(folder) ?? throw new ClusterException(AlreadyRuns(folder));
        progress.Enter(ClusterPhase.Starting);
        // Somebody began to remove the cluster and was stopped.
        File.Delete(folder.Removal);
        using var authority = CertificateAuthority.LoadOrCreate(folder.Certificates, time);
        using var frontProxy = CertificateAuthority.LoadOrCreateFrontProxy(folder.Certificates, time);
        await using var nodes = CreateNodes(authority);
        await using var store = await OpenStoreAsync(cancel);
        using var accountKey = ServiceAccountKey.LoadOrCreate(folder.Certificates);
        await nodes.PrepareAsync(cancel);
        await using var server = new ApiServer(nodes.Configure(new ApiServerOptions
        {
            Store = store,
            Time = time,
            Random = new Random(RandomNumberGenerator.GetInt32(int.MaxValue)),
            Listen = new IPEndPoint(IPAddress.Loopback, settings.ApiPort),
            Authority = authority,
            FrontProxyAuthority = frontProxy,
            AccountKey = accountKey,
            Apis = ServedApis.Parse(settings.RuntimeConfig),
        }));
        await StartAsync(server, cancel);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var running = RunPartsAsync(server, nodes, authority, stop.Token);
        try
        {
            await AwaitNodesAsync(server, cancel);
            progress.Enter(ClusterPhase.Ready);
            await running;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // That is how it ends.
        }
        finally
        {
            progress.Enter(ClusterPhase.Stopping);
            await stop.CancelAsync();
            await running;
            using var limit = new CancellationTokenSource(DrainFor, time);
            await server.StopAsync(limit.Token);
        }
    }

    /// <summary>What to tell somebody who wants to run a cluster that runs already.</summary>
    public static string AlreadyRuns(ClusterFolder folder)
    {
        var process = ClusterState.Read(folder) is { } state ? string.Create(CultureInfo.InvariantCulture, $" (process {state.ProcessId})") : "";
        return $"The cluster in {folder.Path} runs already{process}. 'keelson status --data-dir {folder.Path}' shows it; for another one choose another --data-dir.";
    }

    private IClusterNodes CreateNodes(CertificateAuthority authority) => settings.Runtime == ClusterRuntime.Simulated
        ? new SimulatedClusterNodes(settings, time, log)
        : new ContainerNodes(folder, settings, authority, time, log);

    private async Task<IStore> OpenStoreAsync(CancellationToken cancel) =>
        await SqliteStore.OpenAsync(folder.Store, time, new SqliteStoreOptions { CompactsItself = true }, cancel);

    private async Task StartAsync(ApiServer server, CancellationToken cancel)
    {
        try
        {
            await server.StartAsync(cancel);
        }
        catch (IOException failure) when (failure.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            throw new ClusterException($"Port {settings.ApiPort} of 127.0.0.1 is in use. Choose another one with --api-port; with 0 the system chooses.", failure);
        }

        // The port that the system chose stays, so that the kubeconfig does, too.
        if (settings.ApiPort == 0) (settings with { ApiPort = server.Address!.Port }).Write(folder);
        SecretFile.Write(folder.Kubeconfig, server.CreateAdminKubeconfig());
        progress.Listens(server.Address!.ToString().TrimEnd('/'));
        progress.Step(string.Create(CultureInfo.InvariantCulture, $"API server answers on {server.Address!.ToString().TrimEnd('/')} ({Elapsed:F2} s)"));
    }

    private async Task RunPartsAsync(ApiServer server, IClusterNodes nodes, CertificateAuthority authority, CancellationToken cancel)
    {
        using var handler = server.CreateHandler();
        using var client = new ApiClient(new ApiClientOptions { Handler = handler, Time = time, UseProtobuf = true });
        var controllers = new ControlPlaneOptions { RootCertificate = authority.CertificatePem, SigningAuthority = authority.Certificate, Seed = RandomNumberGenerator.GetInt32(int.MaxValue), OnError = failure => log.Report(failure.Controller, failure.Failure) };
        var scheduler = new SchedulerOptions { Seed = RandomNumberGenerator.GetInt32(int.MaxValue), OnError = failure => log.Report("scheduler", failure) };
        await Task.WhenAll(
            MemoryRelief.RunAsync(time, cancel),
            Upkeep.RunAsync("controllers", token => ControlPlane.RunAsync(client, controllers, token), log, time, cancel),
            Upkeep.RunAsync("scheduler", token => new PodScheduler(client, scheduler).RunAsync(token), log, time, cancel),
            Upkeep.RunAsync("nodes", token => nodes.RunAsync(server, client, token), log, time, cancel));
    }

    private async Task AwaitNodesAsync(ApiServer server, CancellationToken cancel)
    {
        using var handler = server.CreateHandler();
        using var client = new ApiClient(new ApiClientOptions { Handler = handler, Time = time });
        using var patience = new CancellationTokenSource(NodePatience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        var readiness = new NodeReadiness(settings.NodeNames, _startedAt);
        try
        {
            await readiness.WaitAsync(client, either.Token);
            progress.Step(string.Create(CultureInfo.InvariantCulture, $"{(settings.Nodes == 1 ? "1 node is" : $"{settings.Nodes} nodes are")} ready ({Elapsed:F2} s)"));
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            progress.Step($"Not ready after {NodePatience.TotalMinutes:0} minutes: {string.Join(", ", readiness.Missing.Take(10))}; 'keelson logs' may say why");
        }
    }

    private double Elapsed => time.GetElapsedTime(_started).TotalSeconds;
}
