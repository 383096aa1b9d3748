using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Keelson.Storage.Etcd;

namespace Keelson.Storage.Tests.Etcd;

/// <summary>A real etcd on loopback, with its data in a folder of its own; ended and deleted with the test.</summary>
public sealed class EtcdProcess : IAsyncDisposable
{
    public const string Missing = "etcd is not installed";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("etcd");
    private readonly List<string> _options;
    private readonly int _clientPort = FreePort();
    private readonly int _peerPort = FreePort();
    private readonly string _scheme;
    private Process? _process;

    private EtcdProcess(bool tls, IEnumerable<string> options)
    {
        _scheme = tls ? "https" : "http";
        _options = [.. options];
        DataFolder = Path.Combine(_folder.FullName, "data");
    }

    public static bool IsInstalled => Find("etcd") is not null;

    public string Endpoint => $"{_scheme}://127.0.0.1:{_clientPort}";

    public string DataFolder { get; private init; }

    private string PeerAddress => $"http://127.0.0.1:{_peerPort}";

    /// <param name="dataFolder">A folder that holds a member's data already, or null for a fresh one.</param>
    public static async Task<EtcdProcess> StartAsync(IEnumerable<string>? options = null, bool tls = false, string? dataFolder = null)
    {
        var etcd = new EtcdProcess(tls, options ?? []);
        if (dataFolder is not null) etcd = new EtcdProcess(tls, options ?? []) { DataFolder = dataFolder };
        try
        {
            await etcd.RunAsync();
            return etcd;
        }
        catch
        {
            await etcd.DisposeAsync();
            throw;
        }
    }

    /// <summary>Several that are one cluster.</summary>
    public static async Task<IReadOnlyList<EtcdProcess>> StartClusterAsync(int members)
    {
        var cluster = Enumerable.Range(0, members).Select(_ => new EtcdProcess(false, [])).ToArray();
        var list = string.Join(',', cluster.Select((member, number) => $"m{number}={member.PeerAddress}"));
        foreach (var (number, member) in cluster.Index())
            member._options.AddRange(["--name", $"m{number}", "--initial-cluster", list, "--heartbeat-interval", "50", "--election-timeout", "500"]);
        try
        {
            await Task.WhenAll(cluster.Select(member => member.RunAsync()));
            return cluster;
        }
        catch
        {
            foreach (var member in cluster) await member.DisposeAsync();
            throw;
        }
    }

    public EtcdStoreOptions StoreOptions() => new()
    {
        Endpoints = [Endpoint],
        Time = TimeProvider.System,
        Random = new Random(1),
    };

    /// <summary>Starts it on the data that it has; returns when it listens.</summary>
    public async Task RunAsync()
    {
        var start = new ProcessStartInfo(Find("etcd") ?? throw new InvalidOperationException(Missing))
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        string[] arguments =
        [
            "--name", "default", "--data-dir", DataFolder, "--logger", "zap", "--log-level", "error",
            "--listen-client-urls", Endpoint, "--advertise-client-urls", Endpoint,
            "--listen-peer-urls", PeerAddress, "--initial-advertise-peer-urls", PeerAddress, "--initial-cluster", $"default={PeerAddress}",
            .. _options,
        ];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("ETCD", StringComparison.Ordinal)).ToArray()) start.Environment.Remove(name);
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        await WaitUntilListeningAsync(_process);
    }

    /// <summary>Ends it as a power failure would.</summary>
    public async Task KillAsync()
    {
        if (_process is not { } process) return;
        _process = null;
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _folder.Delete(recursive: true);
    }

    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task WaitUntilListeningAsync(Process process)
    {
        var deadline = DateTime.UtcNow + Patience;
        while (true)
        {
            if (process.HasExited) throw new InvalidOperationException($"etcd ended with {process.ExitCode} before it listened.");
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, _clientPort);
                return;
            }
            catch (SocketException) when (DateTime.UtcNow < deadline)
            {
                await Task.Delay(20);
            }
        }
    }
}
