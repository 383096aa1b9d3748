using System.Security.Cryptography;
using System.Text;
using Keelson.Node.Runtime.Cri;

namespace Keelson.Node.Runtime.Containerd;

/// <summary>Removes what a containerd and its containers leave on the machine, asked nicely first and then by force.</summary>
internal sealed class ContainerdCleanup(ContainerdOptions options)
{
    // Fixed in containerd: shims listen here whatever the configuration says.
    private const string ShimSocketDirectory = "/run/containerd/s";

    // Fixed in containerd, too: where it notes what each sandbox's network is.
    private const string CniResultDirectory = "/var/lib/cni/results";
    private const string CgroupDirectory = "/sys/fs/cgroup";
    private static readonly TimeSpan PoliteTime = TimeSpan.FromSeconds(30);

    /// <summary>Has the running containerd remove every sandbox, which also gives their networks back. What fails is left to force.</summary>
    public async Task EmptyAsync(CancellationToken cancel)
    {
        if (!File.Exists(options.SocketPath)) return;
        using var limit = new CancellationTokenSource(PoliteTime, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        var runtime = new CriRuntime(new CriOptions { Endpoint = "unix://" + options.SocketPath, Time = options.Time, Random = options.Random });
        await using var _ = runtime.ConfigureAwait(false);
        try
        {
            var sandboxes = await runtime.ListSandboxesAsync(SandboxFilter.All, either.Token).ConfigureAwait(false);
            await Parallel.ForEachAsync(sandboxes, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = either.Token }, async (sandbox, token) =>
            {
                try
                {
                    await runtime.StopSandboxAsync(sandbox.Id, token).ConfigureAwait(false);
                    await runtime.RemoveSandboxAsync(sandbox.Id, token).ConfigureAwait(false);
                }
                catch (RuntimeException error)
                {
                    options.Report?.Invoke($"The sandbox of {sandbox.Namespace}/{sandbox.Name} is removed by force: {error.Message}");
                }
            }).ConfigureAwait(false);
        }
        catch (RuntimeException)
        {
            // It does not answer; the rest needs nobody's answer.
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            options.Report?.Invoke("Removing sandboxes took too long; the rest is removed by force.");
        }
    }

    /// <summary>Removes the rest. The containerd must have ended.</summary>
    public async Task RemoveAsync(CancellationToken cancel)
    {
        var sandboxes = Names(Path.Combine(options.RootPath, "io.containerd.grpc.v1.cri", "sandboxes")).ToList();
        await EndContainersAsync(cancel).ConfigureAwait(false);
        if (Directory.Exists(options.Directory)) Directory.Delete(options.Directory, recursive: true);
        // What the machine's own containerd may use as well is removed only when nothing is in it.
        RemoveIfEmpty(ShimSocketDirectory);
        RemoveIfEmpty(Path.GetDirectoryName(ShimSocketDirectory)!);
        foreach (var id in sandboxes) RemoveCniResults(id);
        RemoveIfEmpty(CniResultDirectory);
        RemoveIfEmpty(Path.GetDirectoryName(CniResultDirectory)!);
        RemoveCgroups();
    }

    /// <summary>Ends by force whatever runs. The containerd must have ended.</summary>
    public async Task EndContainersAsync(CancellationToken cancel)
    {
        var tasks = Path.Combine(options.StatePath, "io.containerd.runtime.v2.task", ContainerdMethods.Namespace);
        var ids = Names(tasks).Concat(Names(Path.Combine(options.RuncPath, ContainerdMethods.Namespace))).ToHashSet();
        var shims = Machine.Processes(IsShim).ToList();
        await RemoveContainersAsync(ids, cancel).ConfigureAwait(false);
        // First the containers, then their shims: a shim that is gone cannot reap.
        foreach (var id in shims) Machine.Signal(id, Machine.SignalKill);
        foreach (var id in shims)
        {
            while (Machine.IsRunning(id)) await Task.Delay(TimeSpan.FromMilliseconds(10), options.Time, cancel).ConfigureAwait(false);
        }

        foreach (var id in ids) RemoveFile(Path.Combine(ShimSocketDirectory, SocketName(id)));
        Machine.UnmountBelow(options.Directory);
        RemoveFile(options.SocketPath);
        RemoveFile(options.SocketPath + ".ttrpc");
    }

    /// <summary>The name that a shim's socket has, by the rule that containerd forms it with.</summary>
    internal string SocketName(string containerId) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{options.SocketPath}/{ContainerdMethods.Namespace}/{containerId}")));

    private async Task RemoveContainersAsync(IEnumerable<string> ids, CancellationToken cancel)
    {
        if (Machine.TryFindProgram("runc") is not { } runc) return;
        await Parallel.ForEachAsync(ids, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancel }, async (id, token) =>
        {
            // This kills what runs and takes the cgroups away. That there is none such any more is no failure.
            await Machine.RunAsync(runc, ["--root", Path.Combine(options.RuncPath, ContainerdMethods.Namespace), "delete", "--force", id], token).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    // Removed in order, a sandbox takes them with it. They bear its id, which nobody else's do.
    private static void RemoveCniResults(string sandboxId)
    {
        if (!Directory.Exists(CniResultDirectory)) return;
        foreach (var file in Directory.EnumerateFiles(CniResultDirectory, $"*-{sandboxId}-*")) File.Delete(file);
    }

    private bool IsShim(string[] command) =>
        Path.GetFileName(command[0]).StartsWith("containerd-shim", StringComparison.Ordinal) && command.Contains(options.SocketPath);

    private static IEnumerable<string> Names(string directory) =>
        Directory.Exists(directory) ? Directory.EnumerateDirectories(directory).Select(path => Path.GetFileName(path)) : [];

    // Version 1 has a tree for each controller, version 2 has one; the kernel refuses to remove one that is in use.
    private static void RemoveCgroups()
    {
        if (!Directory.Exists(CgroupDirectory)) return;
        foreach (var root in Directory.EnumerateDirectories(CgroupDirectory).Prepend(CgroupDirectory))
        {
            var path = Path.Combine(root, ContainerdMethods.Namespace);
            if (Directory.Exists(path)) _ = Machine.RemoveDirectory(path);
        }
    }

    private static void RemoveFile(string path)
    {
        // Deleting what is not there is fine to the platform only while its directory is.
        if (File.Exists(path)) File.Delete(path);
    }

    private static void RemoveIfEmpty(string directory)
    {
        try
        {
            if (Directory.Exists(directory) && !Directory.EnumerateFileSystemEntries(directory).Any()) Directory.Delete(directory);
        }
        catch (IOException)
        {
            // Another containerd began to use it just now, so it is not ours to remove.
        }
    }
}
