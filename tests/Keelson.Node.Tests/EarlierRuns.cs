using System.Globalization;
using Keelson.Node.Kubelet;
using Keelson.Node.Network;
using Keelson.Node.Runtime.Containerd;
using Keelson.Node.Tests;

[assembly: AssemblyFixture(typeof(EarlierRuns))]

namespace Keelson.Node.Tests;

/// <summary>
/// Takes away what earlier runs of this suite have left on the machine because they were killed: containerds, mounts, control
/// groups, network namespaces and directories. All of these have the number of the run's process in their names.
/// </summary>
public sealed class EarlierRuns : IAsyncLifetime
{
    /// <summary>Hexadecimal digits of an id: 22 bits are the kernel's largest number of a process, the others count what it names.</summary>
    private const int IdLength = 8;
    private const int CountBits = 10;

    private static readonly string[] Prefixes = ["kl-", "kltest-", "klbare-", "klproxy-", "klreal-", "klserved-"];
    private static int _count;

    /// <summary>Eight hexadecimal digits that no other test of this machine has at this time.</summary>
    internal static string NewId()
    {
        var count = Interlocked.Increment(ref _count);
        Assert.True(count < 1 << CountBits, "This run has named more than a process can.");
        return ((uint)Environment.ProcessId << CountBits | (uint)count).ToString("x8", CultureInfo.InvariantCulture);
    }

    /// <summary>Whether a name is of a run that is over.</summary>
    internal static bool IsOver(string name)
    {
        if (Array.Find(Prefixes, start => name.StartsWith(start, StringComparison.Ordinal)) is not { } prefix) return false;
        var id = name.AsSpan(prefix.Length);
        return id.Length >= IdLength && (id.Length == IdLength || id[IdLength] == '-')
            && uint.TryParse(id[..IdLength], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) && !Machine.IsRunning((int)(number >> CountBits));
    }

    public async ValueTask InitializeAsync()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess) return;
        // First what runs, then what it ran in.
        foreach (var directory in Over(Path.GetTempPath()))
        {
            var containerd = Path.Combine(directory, "containerd");
            if (Directory.Exists(containerd))
            {
                await using var supervisor = new ContainerdSupervisor(new ContainerdOptions { Directory = containerd, Time = TimeProvider.System, Random = new Random(1) });
                await supervisor.DeleteAsync(CancellationToken.None, byForce: true);
            }

            Machine.UnmountBelow(directory);
            Directory.Delete(directory, recursive: true);
        }

        foreach (var group in Over("/sys/fs/cgroup").Concat(Directory.GetDirectories("/sys/fs/cgroup").SelectMany(Over)).Select(path => Path.GetFileName(path)).Distinct())
        {
            await NodeLeftovers.RemoveAsync("", group, TimeProvider.System, CancellationToken.None);
        }

        if (!Directory.Exists("/run/netns")) return;
        foreach (var name in Directory.GetFiles("/run/netns").Select(path => Path.GetFileName(path)).Where(IsOver)) NetworkNamespace.At($"/run/netns/{name}").Delete();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static IEnumerable<string> Over(string folder) => Directory.GetDirectories(folder).Where(path => IsOver(Path.GetFileName(path)));
}
