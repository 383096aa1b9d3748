using Keelson.Node.Kubelet.Cgroups;
using Keelson.Node.Runtime.Containerd;

namespace Keelson.Node.Tests.Kubelet.Real;

/// <summary>The processes of a container, found where the kernel counts them.</summary>
internal static class RealContainerProcesses
{
    public static IEnumerable<int> Of(RealKubelet kubelet, string containerId)
    {
        var mounts = CgroupMounts.Read();
        var mount = mounts.Unified ?? mounts.Hierarchies["memory"];
        return Directory.EnumerateDirectories(Path.Combine(mount, kubelet.CgroupRoot), containerId, SearchOption.AllDirectories)
            .SelectMany(folder => File.ReadAllLines(Path.Combine(folder, "cgroup.procs"))).Select(int.Parse);
    }

    public static Task KillAsync(RealKubelet kubelet, string containerId)
    {
        foreach (var process in Of(kubelet, containerId)) Machine.Signal(process, Machine.SignalKill);
        return Task.CompletedTask;
    }
}
