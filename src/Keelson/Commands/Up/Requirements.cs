using System.Diagnostics;
using Keelson.Cluster;

namespace Keelson.Commands.Up;

/// <summary>What containers need of this machine, and how to get what is missing.</summary>
internal sealed class Requirements(Action<string> report)
{
    private static readonly string[] ProgramFolders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
    private static readonly string[] PluginFolders = ["/opt/cni/bin", "/usr/lib/cni", "/usr/libexec/cni"];

    // What is looked for, and the package of Debian and Ubuntu that has it.
    private static readonly (string Program, string Package)[] Programs =
    [
        ("containerd", "containerd"),
        ("runc", "runc"),
        ("nft", "nftables"),
        ("ip", "iproute2"),
        ("nsenter", "util-linux"),
    ];

    /// <summary>Why containers cannot run on this machine whatever is installed, or null where they can.</summary>
    public string? WhyNoContainers =>
        !OperatingSystem.IsLinux() ? "they need Linux"
        : !Environment.IsPrivilegedProcess ? "they need root"
        : Missing().Count > 0 && Find("apt-get") is null ? $"not installed: {string.Join(", ", Missing())}"
        : null;

    /// <summary>Installs what is missing, and says so.</summary>
    public async Task InstallAsync(ClusterFolder folder, CancellationToken cancel)
    {
        var missing = Missing();
        if (missing.Count == 0) return;
        report($"Installing {string.Join(", ", missing)}");
        var before = Find("systemctl") is not null && Directory.Exists("/run/systemd/system");
        var log = Path.Combine(folder.Path, "install.log");
        await RunAsync("apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \"$@\"", missing, log, cancel);
        // The package starts a containerd of the machine's own, which nothing here uses.
        if (before && missing.Contains("containerd")) await RunAsync("systemctl disable --now \"$@\"", ["containerd"], log, cancel);
        if (Missing() is { Count: > 0 } still) throw new ClusterException($"Not installed: {string.Join(", ", still)}. The log of the attempt is {log}.");
    }

    private static List<string> Missing()
    {
        List<string> packages = [.. Programs.Where(entry => Find(entry.Program) is null).Select(entry => entry.Package)];
        if (!PluginFolders.Any(folder => File.Exists(Path.Combine(folder, "bridge")))) packages.Add("containernetworking-plugins");
        return packages;
    }

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Concat(ProgramFolders)
            .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private static async Task RunAsync(string script, IReadOnlyList<string> arguments, string log, CancellationToken cancel)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"{{ {script}; }} >>\"$0\" 2>&1 </dev/null", log, .. arguments]))!;
        try
        {
            await process.WaitForExitAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        if (process.ExitCode != 0) throw new ClusterException($"Installing {string.Join(", ", arguments)} failed. The log is {log}; its end:\n{string.Join('\n', File.ReadLines(log).TakeLast(5))}");
    }
}
