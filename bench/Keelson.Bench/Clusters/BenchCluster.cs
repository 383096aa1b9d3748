extern alias node;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Keelson.Client;
using Keelson.Client.Configuration;
using node::Keelson.Node.Runtime.Images;

namespace Keelson.Bench.Clusters;

/// <summary>A cluster of one node with real containers and no way out, started and ended by the commands that people use.</summary>
internal sealed class BenchCluster(string folder) : IAsyncDisposable
{
    public const string Image = "docker.io/library/bench:latest";

    private const UnixFileMode Runnable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    public string Socket => Path.Combine(folder, "nodes", "node-1", "containerd", "containerd.sock");

    /// <summary>Why there can be none on this machine; null where there can.</summary>
    public static string? WhyNot =>
        !OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess ? "It needs Linux and root."
        : !File.Exists("/bin/busybox") ? "It makes its image of /bin/busybox, of Debian's package busybox-static."
        : null;

    /// <summary>Starts it; how long after the command began each of its steps was done, in milliseconds, and the command itself last.</summary>
    public async Task<IReadOnlyList<double>> UpAsync(CancellationToken cancel)
    {
        var steps = new List<double>();
        await KeelsonAsync(cancel, line =>
        {
            if (line.EndsWith(" s)", StringComparison.Ordinal)) steps.Add(double.NaN);
        }, steps, "up", "--data-dir", folder, "--isolated", "--api-port", "0");
        return steps;
    }

    public async Task<double> DownAsync(bool delete, CancellationToken cancel)
    {
        var steps = new List<double>();
        await KeelsonAsync(cancel, _ => { }, steps, ["down", "--data-dir", folder, .. delete ? ["--delete"] : Array.Empty<string>()]);
        return steps[^1];
    }

    /// <summary>Puts an image with busybox in it onto the node.</summary>
    public async Task LoadImageAsync(CancellationToken cancel)
    {
        var archive = folder + ".tar";
        List<LayerFile> files = [new("bin/busybox", await File.ReadAllBytesAsync("/bin/busybox", cancel), Runnable)];
        files.AddRange(new[] { "sh", "sleep", "true" }.Select(applet => new LayerFile($"bin/{applet}", default, Runnable) { LinkTarget = "busybox" }));
        await File.WriteAllBytesAsync(archive, new ImageBuilder(Image, RuntimeInformation.OSArchitecture) { Layers = [files], Command = ["sleep", "1000000"], Environment = ["PATH=/bin"] }.Build(), cancel);
        await KeelsonAsync(cancel, _ => { }, [], "image", "load", archive, "--data-dir", folder);
        File.Delete(archive);
    }

    /// <summary>A container of the same image on the same containerd without any Kubernetes, from the command's start to its end; in milliseconds.</summary>
    public async Task<double> RunBareAsync(string id, CancellationToken cancel)
    {
        var began = Stopwatch.GetTimestamp();
        await RunAsync("ctr", cancel, null, [], "--address", Socket, "--namespace", "k8s.io", "run", "--rm", "--snapshotter", await File.ReadAllTextAsync(Path.Combine(Path.GetDirectoryName(Socket)!, "snapshotter"), cancel), Image, id, "true");
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    public ApiClient Connect() => new(new ApiClientOptions { Configuration = new ConfigurationLoader { Path = Path.Combine(folder, "kubeconfig") }.Load(), UseProtobuf = true });

    public ClusterProcesses Processes() => ClusterProcesses.Of(folder);

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(folder, "cluster.json"))) await DownAsync(delete: true, CancellationToken.None);
    }

    private static Task KeelsonAsync(CancellationToken cancel, Action<string> heard, List<double> steps, params string[] arguments) =>
        RunAsync("dotnet", cancel, heard, steps, [Harness.ChildProcess.Keelson, .. arguments]);

    // Each line that adds a step has it filled with the moment at which it came.
    private static async Task RunAsync(string program, CancellationToken cancel, Action<string>? heard, List<double> steps, params string[] arguments)
    {
        var began = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }) ?? throw new InvalidOperationException($"{program} does not start.");
        var errors = process.StandardError.ReadToEndAsync(cancel);
        while (await process.StandardOutput.ReadLineAsync(cancel) is { } line)
        {
            var before = steps.Count;
            heard?.Invoke(line);
            if (steps.Count > before) steps[^1] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }

        await process.WaitForExitAsync(cancel);
        steps.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: " + await errors);
    }
}
