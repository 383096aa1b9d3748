using Keelson.Node.Kubelet.Cgroups;
using Keelson.Node.Runtime.Containerd;

namespace Keelson.Node.Kubelet;

/// <summary>Removes what a kubelet made on the machine, once neither it nor its containers run.</summary>
public static class NodeLeftovers
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);
    private const int Attempts = 50;

    /// <summary>Takes away mounts below the root directory and the control groups; the directories themselves stay the caller's.</summary>
    /// <param name="rootDirectory">As in <see cref="KubeletOptions.RootDirectory"/>.</param>
    /// <param name="cgroupRoot">As in <see cref="KubeletOptions.CgroupRoot"/>.</param>
    public static async Task RemoveAsync(string rootDirectory, string cgroupRoot, TimeProvider time, CancellationToken cancel)
    {
        if (!OperatingSystem.IsLinux()) return;
        if (Directory.Exists(rootDirectory)) Machine.UnmountBelow(rootDirectory);
        var mounts = CgroupMounts.Read();
        var groups = new PodCgroups(mounts, cgroupRoot);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            groups.RemoveAll();
            if (!mounts.All.Any(mount => Directory.Exists(Path.Combine(mount, cgroupRoot)))) return;
            // The kernel lets a group go a moment after its last process has ended.
            await Task.Delay(Step, time, cancel).ConfigureAwait(false);
        }
    }
}
