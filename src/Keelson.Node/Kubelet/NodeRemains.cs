using Keelson.Node.Kubelet.Cgroups;
using Keelson.Node.Runtime.Containerd;

namespace Keelson.Node.Kubelet;

/// <summary>What a kubelet leaves on a machine besides files, once nothing of it runs any more.</summary>
public static class NodeRemains
{
    /// <summary>Takes away its control groups and what is mounted in its folder.</summary>
    /// <param name="cgroupRoot">As in <see cref="KubeletOptions.CgroupRoot"/>.</param>
    public static void Remove(string cgroupRoot, string directory)
    {
        if (!OperatingSystem.IsLinux()) return;
        new PodCgroups(CgroupMounts.Read(), cgroupRoot).RemoveAll();
        Machine.UnmountBelow(directory);
    }
}
