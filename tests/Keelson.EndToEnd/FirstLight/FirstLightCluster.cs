using System.Globalization;
using System.Text.Json;
using Keelson.EndToEnd.ApiServer;
using Keelson.EndToEnd.Images;
using Keelson.EndToEnd.Store;

namespace Keelson.EndToEnd.FirstLight;

/// <summary>A cluster of three nodes with real containers and no way out, and a registry inside of it, for all tests of the first hour.</summary>
/// <remarks>It starts with the first test that asks for it.</remarks>
public sealed class FirstLightCluster : IAsyncDisposable
{
    public const int Nodes = 3;

    private const string RegistryAddress = "10.89.0.1:5000";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly TemporaryFolder _home = new();
    private TestRegistry? _registry;
    private bool _isUp;

    internal static string? WhyNot =>
        !OperatingSystem.IsLinux() ? "Containers are run on Linux only."
        : !Environment.IsPrivilegedProcess ? "Containers need root."
        : ApiServer.Kubectl.Installed.Count == 0 ? ApiServer.Kubectl.WhyNot
        : new[] { "containerd", "runc", "nft", "ip", "nsenter", "apt-get", "dpkg-deb" }.FirstOrDefault(program => RunningProgram.Find(program) is null) is { } missing ? $"{missing} is not installed."
        : TestRegistry.WhyNot;

    internal string Data => _home["cluster"];

    internal string Id => "keelson-" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Data)).AsSpan(0, 4));

    /// <summary>The kubectl that people have: the newest.</summary>
    internal Kubectl Kubectl => Version(ApiServer.Kubectl.Installed[^1]);

    /// <summary>The first and the last of the versions there are.</summary>
    internal IEnumerable<Kubectl> OldAndNew => [Version(ApiServer.Kubectl.Installed[0]), Kubectl];

    private Kubectl Version(string program) => new(program, _home, Path.Combine(Data, "kubeconfig"));

    /// <summary>Starts it, unless it runs.</summary>
    internal async Task StartAsync()
    {
        Assert.SkipWhen(WhyNot is not null, WhyNot ?? "");
        await _gate.WaitAsync();
        try
        {
            if (_isUp) return;
            _registry ??= await TestRegistry.FillAsync(
                ("library/nginx:latest", await TestImages.NginxAsync()),
                ("library/nginx:second", await TestImages.NginxAsync("docker.io/library/nginx:second", "the second version")),
                ("library/busybox:latest", await TestImages.BusyboxAsync()));
            await UpAsync();
            _registry.ServeIn("/run/netns/" + Id, RegistryAddress);
            _isUp = true;
        }
        finally
        {
            _gate.Release();
        }
    }

    internal async Task<string> UpAsync()
    {
        var output = await KeelsonAsync("up", "--data-dir", Data, "--nodes", Nodes.ToString(CultureInfo.InvariantCulture), "--isolated", "--api-port", "0", "--registry-mirror", "docker.io=http://" + RegistryAddress);
        Assert.Contains($"{Nodes} nodes are ready", output, StringComparison.Ordinal);
        return output;
    }

    internal async Task<string> KeelsonAsync(params string[] arguments)
    {
        await using var program = RunningProgram.Keelson(arguments);
        Assert.True(await program.WaitForExitAsync() == 0, $"keelson {string.Join(' ', arguments)}\n{program.Output}\n{Logs()}");
        return program.Output;
    }

    /// <summary>Waits until what a command prints is as wanted.</summary>
    internal async Task<string> UntilAsync(string commandLine, Func<string, bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        var run = await Kubectl.RunAsync(commandLine);
        while (!condition(run.Output))
        {
            if (patience.IsCancellationRequested) throw new TimeoutException($"not within {Patience}: {run}\n{(await Kubectl.RunAsync("get pods,events -A")).Output}\n{Logs()}");
            await Task.Delay(TimeSpan.FromMilliseconds(200));
            run = await Kubectl.RunAsync(commandLine);
        }

        return run.Output;
    }

    /// <summary>The process of the cluster's server.</summary>
    internal int ServerProcess()
    {
        using var state = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Data, "state.json")));
        return state.RootElement.GetProperty("processId").GetInt32();
    }

    internal int NodeProcess(string node) => int.Parse(File.ReadAllText(Path.Combine(Data, "nodes", node, "agent.pid")), CultureInfo.InvariantCulture);

    /// <summary>Stops it, all of its containers too, and starts it again.</summary>
    internal async Task RestartAsync()
    {
        // The registry is inside of the network that goes away.
        await _registry!.StopAsync();
        await KeelsonAsync("down", "--data-dir", Data);
        await UpAsync();
        _registry.ServeIn("/run/netns/" + Id, RegistryAddress);
    }

    /// <summary>Ends it and removes all that it has.</summary>
    internal async Task DeleteAsync()
    {
        if (_registry is not null) await _registry.StopAsync();
        if (File.Exists(Path.Combine(Data, "cluster.json"))) await KeelsonAsync("down", "--data-dir", Data, "--delete");
        _isUp = false;
    }

    public async ValueTask DisposeAsync()
    {
        await DeleteAsync();
        if (_registry is not null) await _registry.DisposeAsync();
        _home.Dispose();
        _gate.Dispose();
    }

    private string Logs()
    {
        if (!Directory.Exists(Data)) return "";
        return string.Join('\n', Directory.EnumerateFiles(Data, "*.log", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) is "server.log" or "agent.log")
            .Select(file => $"== {Path.GetRelativePath(Data, file)}\n{string.Join('\n', File.ReadLines(file).TakeLast(15))}"));
    }
}
