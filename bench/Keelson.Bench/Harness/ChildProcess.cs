using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Keelson.Bench.Harness;

/// <summary>A server that a benchmark starts beside itself, on loopback, and ends when it is done.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int KeptLines = 50;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly Queue<string> _output = new();
    private readonly Lock _lock = new();

    private ChildProcess(Process process) => _process = process;

    /// <summary>Memory that the process has for itself plus its part of what it shares, in bytes.</summary>
    public long ProportionalSetSize
    {
        get
        {
            var line = File.ReadLines($"/proc/{_process.Id}/smaps_rollup").First(line => line.StartsWith("Pss:", StringComparison.Ordinal));
            return long.Parse(line.AsSpan(4).Trim().ToString().Split(' ')[0], CultureInfo.InvariantCulture) * 1024;
        }
    }

    public static ChildProcess Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        var child = new ChildProcess(new Process { StartInfo = start });
        child._process.OutputDataReceived += (_, line) => child.Keep(line.Data);
        child._process.ErrorDataReceived += (_, line) => child.Keep(line.Data);
        child._process.Start();
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>A loopback port that is free at this moment.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>The executable, built by bench/run beside this program, in the same configuration.</summary>
    public static string Keelson
    {
        get
        {
            var output = new DirectoryInfo(AppContext.BaseDirectory);
            var framework = output.Name;
            var configuration = output.Parent!.Name;
            var root = output.Parent.Parent!.Parent!.Parent!.Parent!.FullName;
            return Path.Combine(root, "src", "Keelson", "bin", configuration, framework, "keelson.dll");
        }
    }

    /// <summary>How long the process has used processors.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Returns once something accepts connections on the port.</summary>
    public Task WaitForPortAsync(int port, CancellationToken cancel) => WaitForPortAsync(port, TimeSpan.FromMilliseconds(20), cancel);

    /// <param name="step">How often it is tried.</param>
    public async Task WaitForPortAsync(int port, TimeSpan step, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, cancel);
                return;
            }
            catch (SocketException) when (!_process.HasExited && Stopwatch.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(step, cancel);
            }
            catch (SocketException error)
            {
                throw new InvalidOperationException($"{_process.StartInfo.FileName} does not answer:\n{string.Join('\n', Output())}", error);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private string[] Output()
    {
        lock (_lock) return [.. _output];
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        lock (_lock)
        {
            if (_output.Count == KeptLines) _output.Dequeue();
            _output.Enqueue(line);
        }
    }
}
