using System.Globalization;
using System.Text.RegularExpressions;

namespace Keelson.EndToEnd.FirstLight;

/// <summary>What is on a machine that a cluster could leave behind, as lines that can be compared.</summary>
internal static partial class MachineState
{
    private const int CgroupDepth = 4;

    // Where containerd, CNI plugins and Keelson keep things outside of a cluster's folder.
    private static readonly string[] Folders = ["/run/netns", "/run/keelson", "/run/containerd", "/var/lib/cni", "/etc/cni", "/var/lib/keelson", "/var/log/pods", "/var/log/containers", "/var/lib/kubelet"];

    private static readonly (string Program, string[] Arguments)[] Questions =
    [
        ("ip", ["-o", "link"]),
        ("ip", ["-o", "address"]),
        ("ip", ["route", "show", "table", "all"]),
        ("ip", ["rule"]),
        ("nft", ["list", "ruleset"]),
        ("iptables-save", []),
        ("ip6tables-save", []),
        ("sysctl", ["-a", "--pattern", "forward|bridge-nf|rp_filter|route_localnet"]),
    ];

    public static async Task<IReadOnlyList<string>> ReadAsync()
    {
        var lines = new List<string>();
        foreach (var (program, arguments) in Questions)
        {
            if (RunningProgram.Find(program) is null) continue;
            await using var answer = RunningProgram.Start(program, arguments);
            await answer.WaitForExitAsync();
            lines.AddRange(answer.Output.Split('\n').Where(line => !line.StartsWith('#')).Select(line => $"{program} {string.Join(' ', arguments)}: {Counter().Replace(line, "")}"));
        }

        lines.AddRange(File.ReadLines("/proc/self/mountinfo").Select(line => $"mount: {line.Split(' ')[4]}"));
        lines.AddRange(Folders.Where(Directory.Exists).SelectMany(folder => Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Append(folder)).Select(path => $"file: {path}"));
        lines.AddRange(Cgroups("/sys/fs/cgroup", CgroupDepth).Select(path => $"cgroup: {path}"));
        lines.AddRange(Processes());
        return [.. lines.Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<string> Cgroups(string folder, int depth) =>
        depth == 0 || !Directory.Exists(folder) ? [] : Directory.EnumerateDirectories(folder).SelectMany(below => Cgroups(below, depth - 1).Prepend(below));

    // Those that a cluster starts, by what they are; any other may come and go meanwhile.
    private static IEnumerable<string> Processes()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            string command;
            try
            {
                command = File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' ');
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                continue;
            }

            if (command.Contains("containerd", StringComparison.Ordinal) || command.Contains("cluster-server", StringComparison.Ordinal) || command.Contains("node-agent", StringComparison.Ordinal)) yield return $"process: {command}";
        }
    }

    [GeneratedRegex(@" expires \d+sec|packets \d+ bytes \d+|\[\d+:\d+\]")]
    private static partial Regex Counter();
}
