using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Keelson.Node.Runtime.Cri;
using Keelson.Node.Runtime.SandboxImage;

namespace Keelson.Node.Runtime.Containerd;

/// <summary>Runs a containerd of the node's own, and starts it again whenever it ends.</summary>
/// <remarks>Containers are no children of it: they run on while it, or this process, is away.</remarks>
public sealed partial class ContainerdSupervisor(ContainerdOptions options) : IAsyncDisposable
{
    private const long MaxLogBytes = 16 * 1024 * 1024;
    private static readonly TimeSpan PollStep = TimeSpan.FromMilliseconds(20);

    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _gate = new(1, 1);
    private Process? _process;
    private Task? _supervision;

    /// <summary>Where it speaks CRI and its own API.</summary>
    public string Endpoint => "unix://" + options.SocketPath;

    /// <summary>The process of the running containerd; null while there is none.</summary>
    public int? ProcessId { get; private set; }

    /// <summary>How many times it ended by itself and was started again.</summary>
    public int Restarts { get; private set; }

    /// <summary>A client of it, to be disposed by the caller.</summary>
    public CriRuntime CreateRuntime() => new(new CriOptions
    {
        Endpoint = Endpoint,
        Time = options.Time,
        Random = options.Random,
        NetworkNamespace = options.NetworkNamespace,
        PinnedImages = [options.SandboxImage],
    });

    /// <summary>Its images, for importing archives; to be disposed by the caller.</summary>
    public ContainerdImages CreateImages() => new(Endpoint, options.Time, options.Random);

    /// <summary>Starts it and returns when it answers and has the sandbox image.</summary>
    public async Task StartAsync(CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (_supervision is not null) throw new InvalidOperationException("This containerd was started before.");
            await PrepareAsync(cancel).ConfigureAwait(false);
            await EndLeftoverAsync(cancel).ConfigureAwait(false);
            _process = Launch();
            try
            {
                await WaitUntilReadyAsync(_process, cancel).ConfigureAwait(false);
                await ImportSandboxImageAsync(cancel).ConfigureAwait(false);
            }
            catch
            {
                await EndAsync(_process).ConfigureAwait(false);
                throw;
            }

            _supervision = SuperviseAsync(_process);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Ends it; containers run on.</summary>
    public async Task StopAsync()
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            await _stopping.CancelAsync().ConfigureAwait(false);
            if (_supervision is not null) await _supervision.ConfigureAwait(false);
            if (_process is not null) await EndAsync(_process).ConfigureAwait(false);
            _process = null;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Ends it and every container, whether it runs or not; images and what it knows of containers stay.</summary>
    public async Task EndContainersAsync(CancellationToken cancel)
    {
        await StopAsync().ConfigureAwait(false);
        await EndLeftoverAsync(cancel).ConfigureAwait(false);
        await new ContainerdCleanup(options).EndContainersAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Ends it and every container, and removes all that they left on the machine.</summary>
    /// <param name="byForce">Whether sandboxes need not be removed in order first, because the network that they are in goes as well.</param>
    public async Task DeleteAsync(CancellationToken cancel, bool byForce = false)
    {
        if (!byForce) await new ContainerdCleanup(options).EmptyAsync(cancel).ConfigureAwait(false);
        await StopAsync().ConfigureAwait(false);
        await EndLeftoverAsync(cancel).ConfigureAwait(false);
        await new ContainerdCleanup(options).RemoveAsync(cancel).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _stopping.Dispose();
        _gate.Dispose();
    }

    private async Task PrepareAsync(CancellationToken cancel)
    {
        if (!OperatingSystem.IsLinux()) throw new RuntimeException(RuntimeError.NotOffered, "containerd is run on Linux only.");
        if (System.Text.Encoding.UTF8.GetByteCount(options.SocketPath) > ContainerdOptions.MaxSocketPathLength)
            throw new RuntimeException(RuntimeError.InvalidRequest, $"The socket {options.SocketPath} has too long a path; {ContainerdOptions.MaxSocketPathLength} bytes are the most. Choose a shorter data directory.");
        var containerd = Machine.FindProgram("containerd", "containerd");
        Machine.FindProgram("runc", "runc");
        var plugins = options.CniPluginDirectories.FirstOrDefault(directory => File.Exists(Path.Combine(directory, "loopback")))
            ?? throw new RuntimeException(RuntimeError.Unavailable, $"The CNI plugins are in none of {string.Join(", ", options.CniPluginDirectories)}. On Debian and Ubuntu: apt-get install containernetworking-plugins");

        foreach (var directory in new[] { options.Directory, options.RootPath, options.StatePath, options.RuncPath, options.MirrorsPath })
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }

        var settings = new ContainerdConfiguration.Settings(await MajorVersionAsync(containerd, cancel).ConfigureAwait(false), Snapshotter(), plugins, Machine.MayLowerOomScore());
        await File.WriteAllTextAsync(options.ConfigurationPath, ContainerdConfiguration.Text(options, settings), cancel).ConfigureAwait(false);
        await WriteMirrorsAsync(cancel).ConfigureAwait(false);
        if (File.Exists(options.LogPath) && new FileInfo(options.LogPath).Length > MaxLogBytes) File.Move(options.LogPath, options.LogPath + ".1", overwrite: true);
    }

    private async Task WriteMirrorsAsync(CancellationToken cancel)
    {
        // A mirror that is no longer wanted must not linger.
        Directory.Delete(options.MirrorsPath, recursive: true);
        Directory.CreateDirectory(options.MirrorsPath);
        foreach (var (registry, mirrors) in options.RegistryMirrors)
        {
            var directory = Directory.CreateDirectory(Path.Combine(options.MirrorsPath, ContainerdConfiguration.RegistryDirectory(registry)));
            await File.WriteAllTextAsync(Path.Combine(directory.FullName, "hosts.toml"), ContainerdConfiguration.Mirrors(registry, mirrors), cancel).ConfigureAwait(false);
        }
    }

    private string Snapshotter()
    {
        if (options.Snapshotter is { } wanted) return wanted;
        // The images on disk belong to one snapshotter, so the first choice stays.
        var note = Path.Combine(options.Directory, "snapshotter");
        if (File.Exists(note) && File.ReadAllText(note).Trim() is "overlayfs" or "native") return File.ReadAllText(note).Trim();
        var chosen = Machine.OverlayWorks(options.Directory) ? "overlayfs" : "native";
        File.WriteAllText(note, chosen);
        if (chosen == "native") options.Report?.Invoke($"Overlay mounts do not work in {options.Directory}; every container gets a full copy of its image.");
        return chosen;
    }

    private static async Task<int> MajorVersionAsync(string containerd, CancellationToken cancel)
    {
        var (_, output) = await Machine.RunAsync(containerd, ["--version"], cancel).ConfigureAwait(false);
        var match = VersionForm().Match(output);
        return match.Success
            ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
            : throw new RuntimeException(RuntimeError.Failed, $"{containerd} --version answers \"{output.Trim()}\", which names no version.");
    }

    private Process Launch()
    {
        List<string> command = [Machine.FindProgram("containerd", "containerd"), "--config", options.ConfigurationPath];
        if (options.NetworkNamespace is { } path)
        {
            // Not "ip netns exec": that gives the child a /sys of its own, without the cgroups.
            command.InsertRange(0, [Machine.FindProgram("nsenter", "util-linux"), $"--net={path}", "--"]);
        }

        // A session of its own: an interrupt at the terminal is for Keelson, which decides what ends. The log is a file,
        // not a pipe: containerd must survive that this process ends. Each of these programs becomes the next one.
        command.InsertRange(0, [Machine.FindProgram("setsid", "util-linux")]);
        var start = new ProcessStartInfo(Machine.FindProgram("sh", "dash"), ["-c", "exec \"$@\" >>\"$0\" 2>&1 </dev/null", options.LogPath, .. command]) { WorkingDirectory = "/" };
        // Where containerd's own clients would look for it; it must not hear of another one.
        start.Environment.Remove("CONTAINERD_ADDRESS");
        start.Environment.Remove("CONTAINERD_NAMESPACE");
        start.Environment.Remove("NOTIFY_SOCKET");
        var process = Process.Start(start)!;
        ProcessId = process.Id;
        return process;
    }

    private async Task WaitUntilReadyAsync(Process process, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(options.StartTimeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        var runtime = CreateRuntime();
        await using var _ = runtime.ConfigureAwait(false);
        var problem = "it did not answer";
        while (true)
        {
            if (process.HasExited) throw new RuntimeException(RuntimeError.Unavailable, $"containerd ended at its start with exit code {process.ExitCode}. The end of {options.LogPath}:\n{LogEnd()}");
            try
            {
                if (File.Exists(options.SocketPath))
                {
                    await runtime.GetVersionAsync(either.Token).ConfigureAwait(false);
                    if ((await runtime.GetHealthAsync(either.Token).ConfigureAwait(false)).RuntimeReady) return;
                }

                await Task.Delay(PollStep, options.Time, either.Token).ConfigureAwait(false);
            }
            catch (RuntimeException error)
            {
                problem = error.Message;
                // While plugins still load, the service is not there; without CRI's plugin it never comes.
                if (!either.IsCancellationRequested) await Task.Delay(PollStep, options.Time, CancellationToken.None).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                throw new RuntimeException(RuntimeError.TimedOut, $"containerd was not ready within {options.StartTimeout.TotalSeconds:0} s: {problem}. The end of {options.LogPath}:\n{LogEnd()}");
            }
        }
    }

    private async Task ImportSandboxImageAsync(CancellationToken cancel)
    {
        if (options.SandboxImage != SandboxImageArchive.Name) return;
        var runtime = CreateRuntime();
        await using var _ = runtime.ConfigureAwait(false);
        if (await runtime.GetImageAsync(options.SandboxImage, cancel).ConfigureAwait(false) is not null) return;
        var file = Path.Combine(options.Directory, "sandbox-image.tar");
        await File.WriteAllBytesAsync(file, SandboxImageArchive.Build(RuntimeInformation.OSArchitecture), cancel).ConfigureAwait(false);
        var images = CreateImages();
        await using var imagesOwner = images.ConfigureAwait(false);
        await images.ImportAsync(file, new ImportOptions { Pinned = true }, cancel).ConfigureAwait(false);
        File.Delete(file);
    }

    private async Task SuperviseAsync(Process first)
    {
        var pause = options.RestartPause;
        var startedAt = options.Time.GetTimestamp();
        Process? process = first;
        try
        {
            while (true)
            {
                if (process is not null)
                {
                    await process.WaitForExitAsync(_stopping.Token).ConfigureAwait(false);
                    ProcessId = null;
                    if (options.Time.GetElapsedTime(startedAt) >= options.WellAfter) pause = options.RestartPause;
                    options.Report?.Invoke($"containerd ended with exit code {process.ExitCode} and is started again in {pause.TotalMilliseconds:0} ms; containers run on. Its log is {options.LogPath}.");
                    process.Dispose();
                }

                await Task.Delay(pause, options.Time, _stopping.Token).ConfigureAwait(false);
                pause = pause * 2 < options.MaxRestartPause ? pause * 2 : options.MaxRestartPause;
                startedAt = options.Time.GetTimestamp();
                process = LaunchAgain();
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping goes on with the process that is left.
        }
    }

    private Process? LaunchAgain()
    {
        try
        {
            _process = Launch();
            Restarts++;
            return _process;
        }
        catch (Exception error) when (error is RuntimeException or System.ComponentModel.Win32Exception)
        {
            // Being upgraded, perhaps; the next attempt may find it.
            options.Report?.Invoke($"containerd cannot be started: {error.Message}");
            return null;
        }
    }

    private async Task EndAsync(Process process)
    {
        using (process)
        {
            if (ProcessId is { } id && !process.HasExited) await EndProcessAsync(id).ConfigureAwait(false);
            ProcessId = null;
        }
    }

    // One that a previous run of Keelson left when it was killed: its configuration may be old, and it is nobody's child.
    private async Task EndLeftoverAsync(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        foreach (var id in Machine.Processes(command => command.Contains("--config") && command.Contains(options.ConfigurationPath) && Path.GetFileName(command[0]) == "containerd").ToList())
        {
            await EndProcessAsync(id).ConfigureAwait(false);
        }
    }

    private async Task EndProcessAsync(int id)
    {
        if (!Machine.Signal(id, Machine.SignalTerminate)) return;
        var started = options.Time.GetTimestamp();
        var killed = false;
        while (Machine.IsRunning(id))
        {
            if (!killed && options.Time.GetElapsedTime(started) > options.StopTimeout) killed = Machine.Signal(id, Machine.SignalKill);
            await Task.Delay(PollStep, options.Time, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private string LogEnd()
    {
        if (!File.Exists(options.LogPath)) return "(there is no log)";
        using var log = new FileStream(options.LogPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        log.Position = Math.Max(0, log.Length - 2000);
        return new StreamReader(log).ReadToEnd();
    }

    [GeneratedRegex(@"\bv?([0-9]{1,3})\.[0-9]+\.[0-9]+")]
    private static partial Regex VersionForm();
}
