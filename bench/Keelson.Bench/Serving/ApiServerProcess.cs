using System.Buffers;
using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using Keelson.Bench.Harness;

namespace Keelson.Bench.Serving;

/// <summary>The real API server in a process of its own: HTTPS on loopback, SQLite on disk.</summary>
internal sealed partial class ApiServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(1);

    private readonly X509Certificate2 _authority;
    private readonly X509Certificate2 _client;

    private ApiServerProcess(ChildProcess process, int port, TimeSpan startTime, X509Certificate2 authority, X509Certificate2 client)
    {
        (Process, Port, StartTime) = (process, port, startTime);
        (_authority, _client) = (authority, client);
    }

    public ChildProcess Process { get; }

    public int Port { get; }

    /// <summary>From before the process was started until /readyz answered.</summary>
    public TimeSpan StartTime { get; }

    /// <summary>Starts a server on a folder that may hold the data of an earlier one.</summary>
    public static async Task<ApiServerProcess> StartAsync(string folder, CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        var kubeconfig = Path.Combine(folder, "kubeconfig");
        File.Delete(kubeconfig);
        var port = ChildProcess.FreePort();
        var started = Stopwatch.GetTimestamp();
        var process = ChildProcess.Start("dotnet", ChildProcess.Keelson, "apiserver", "--data-dir", folder, "--api-port", FormattableString.Invariant($"{port}"));
        try
        {
            await process.WaitForPortAsync(port, Step, cancel);
            while (!File.Exists(kubeconfig) || !File.ReadAllText(kubeconfig).Contains("current-context", StringComparison.Ordinal))
            {
                if (Stopwatch.GetElapsedTime(started) > Patience) throw new TimeoutException("The server wrote no kubeconfig.");
                await Task.Delay(Step, cancel);
            }

            var text = await File.ReadAllTextAsync(kubeconfig, cancel);
            var authority = X509Certificate2.CreateFromPem(Pem(text, "certificate-authority-data"));
            var client = X509Certificate2.CreateFromPem(Pem(text, "client-certificate-data"), Pem(text, "client-key-data"));
            await using (var connection = await LeanConnection.OpenAsync(port, authority, client, cancel))
            {
                await connection.SendAsync(LeanConnection.Request("GET", "/readyz"), cancel);
            }

            return new ApiServerProcess(process, port, Stopwatch.GetElapsedTime(started), authority, client);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public Task<LeanConnection> ConnectAsync(CancellationToken cancel) => LeanConnection.OpenAsync(Port, _authority, _client, cancel);

    public async Task<LeanConnection[]> ConnectAsync(int count, CancellationToken cancel)
    {
        var connections = new LeanConnection[count];
        for (var i = 0; i < count; i++) connections[i] = await ConnectAsync(cancel);
        return connections;
    }

    /// <summary>Creates objects by all connections together; one that is there already is left alone.</summary>
    public static async Task FillAsync(LeanConnection[] connections, int count, Func<int, byte[]> request, CancellationToken cancel)
    {
        var next = -1;
        await Task.WhenAll(connections.Select(async connection =>
        {
            for (var i = Interlocked.Increment(ref next); i < count; i = Interlocked.Increment(ref next)) await connection.SendAsync(request(i), cancel);
        }));
    }

    /// <summary>What a GET answers.</summary>
    public static async Task<string> GetAsync(LeanConnection connection, string path, CancellationToken cancel, bool isWelcomeToFail = false)
    {
        var body = new ArrayBufferWriter<byte>();
        await connection.SendAsync(LeanConnection.Request("GET", path), cancel, body, isWelcomeToFail);
        return Encoding.UTF8.GetString(body.WrittenSpan);
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        _authority.Dispose();
        _client.Dispose();
    }

    private static string Pem(string kubeconfig, string field) =>
        Encoding.ASCII.GetString(Convert.FromBase64String(Field().Matches(kubeconfig).First(match => match.Groups[1].Value == field).Groups[2].Value));

    [GeneratedRegex("""([a-z-]+-data): "?([A-Za-z0-9+/=]+)""")]
    private static partial Regex Field();
}
