using Keelson.Node.Kubelet.Cgroups;
using Keelson.Node.Runtime.Containerd;

namespace Keelson.Node.Kubelet;

/// <summary>Removes what a kubelet made on the machine, once neither it nor its containers run.</summary>
public static class NodeLeftovers
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);
    private const int Attempts = 50;

    /// <summary>Takes away mounts below the root directory and the control groups; the directories themselves stay the caller's.</summary>
    public static async Task RemoveAsync(KubeletOptions options, CancellationToken cancel)
    {
        if (!OperatingSystem.IsLinux()) return;
        if (options.RootDirectory is { } root && Directory.Exists(root)) Machine.UnmountBelow(root);
        if (options.CgroupRoot is not { } group) return;
        var mounts = CgroupMounts.Read();
        var groups = new PodCgroups(mounts, group);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            groups.RemoveAll();
            if (!mounts.All.Any(mount => Directory.Exists(Path.Combine(mount, group)))) return;
            // The kernel lets a group go a moment after its last process has ended.
            await Task.Delay(Step, options.Time, cancel).ConfigureAwait(false);
        }
    }
}
