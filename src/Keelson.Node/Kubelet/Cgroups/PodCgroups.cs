using System.Collections.Concurrent;
using System.Globalization;
using Keelson.Api.Core.V1;
using Keelson.Node.Kubelet.Pods;
using Keelson.Node.Runtime;
using Keelson.Node.Runtime.Containerd;

namespace Keelson.Node.Kubelet.Cgroups;

/// <summary>The control groups that pods lie in: one for all, one for each class of service, one for each pod.</summary>
internal sealed class PodCgroups(CgroupMounts mounts, string root)
{
    private const string Everything = "kubepods";
    private const string PodPrefix = "pod";
    private const long LeastShares = 2;

    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, long> _burstable = new(StringComparer.Ordinal);

    /// <summary>Makes the groups that all pods share.</summary>
    public void Prepare(long allocatableMilliCpu, long allocatableMemory)
    {
        lock (_lock)
        {
            Make(Top);
            Write(Top, new LinuxResources { CpuShares = Shares(allocatableMilliCpu), MemoryLimitBytes = allocatableMemory });
            foreach (var kind in (string[])["burstable", "besteffort"])
            {
                Make($"{Top}/{kind}");
                Write($"{Top}/{kind}", new LinuxResources { CpuShares = LeastShares });
            }
        }
    }

    /// <summary>Makes the pod's group, or gives the one that is there the limits of now; answers with what a runtime calls it.</summary>
    public string Apply(Pod pod)
    {
        var path = PathOf(pod);
        lock (_lock)
        {
            Make(path);
            Write(path, ResourceRecipe.OfPod(pod));
            if (pod.Status.QosClass == PodQOSClass.Burstable) CountBurstable(() => _burstable[pod.Metadata.Uid] = PodAmounts.MilliCpu(PodAmounts.Requests(pod)));
        }

        return "/" + path;
    }

    /// <summary>What a runtime calls the pod's group.</summary>
    public string ParentOf(Pod pod) => "/" + PathOf(pod);

    /// <summary>Removes a pod's group with all that is empty in it; whether nothing is left.</summary>
    public bool Remove(string uid)
    {
        lock (_lock)
        {
            if (_burstable.ContainsKey(uid)) CountBurstable(() => _burstable.TryRemove(uid, out _));
            return Folders(uid).ToList().TrueForAll(RemoveTree);
        }
    }

    /// <summary>The pods that have a group.</summary>
    public IReadOnlyList<string> Uids() =>
        [.. Kinds().SelectMany(kind => Directory.EnumerateDirectories(kind, PodPrefix + "*")).Select(path => Path.GetFileName(path)[PodPrefix.Length..]).Distinct()];

    /// <summary>Removes every group below the root, as far as nothing runs in it.</summary>
    public void RemoveAll()
    {
        foreach (var mount in mounts.All) RemoveTree(Path.Combine(mount, root));
    }

    private string Top => $"{root}/{Everything}";

    private string PathOf(Pod pod) => (pod.Status.QosClass ?? "") switch
    {
        PodQOSClass.Guaranteed => $"{Top}/{PodPrefix}{pod.Metadata.Uid}",
        PodQOSClass.Burstable => $"{Top}/burstable/{PodPrefix}{pod.Metadata.Uid}",
        _ => $"{Top}/besteffort/{PodPrefix}{pod.Metadata.Uid}",
    };

    private IEnumerable<string> Kinds() =>
        mounts.All.SelectMany(mount => (string[])[$"{mount}/{Top}", $"{mount}/{Top}/burstable", $"{mount}/{Top}/besteffort"]).Where(Directory.Exists);

    private IEnumerable<string> Folders(string uid) => Kinds().Select(kind => Path.Combine(kind, PodPrefix + uid)).Where(Directory.Exists);

    private void CountBurstable(Action change)
    {
        change();
        if (mounts.All.Any(mount => Directory.Exists($"{mount}/{Top}/burstable"))) Write($"{Top}/burstable", new LinuxResources { CpuShares = Shares(_burstable.Values.Sum()) });
    }

    private static long Shares(long milli) => Math.Clamp(milli * 1024 / 1000, LeastShares, ResourceRecipe.MostShares);

    private void Make(string path)
    {
        if (mounts.Unified is { } unified)
        {
            Directory.CreateDirectory(Path.Combine(unified, path));
            // A controller works in a group only when each group above has handed it down.
            var above = unified;
            foreach (var part in path.Split('/'))
            {
                HandDown(above);
                above = Path.Combine(above, part);
            }

            return;
        }

        foreach (var controller in (string[])["cpu", "memory", "pids"])
        {
            if (mounts.Hierarchies.TryGetValue(controller, out var mount)) Directory.CreateDirectory(Path.Combine(mount, path));
        }
    }

    private static void HandDown(string folder)
    {
        var offered = Path.Combine(folder, "cgroup.controllers");
        if (!File.Exists(offered)) return;
        var wanted = File.ReadAllText(offered).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Where(name => name is "cpu" or "memory" or "pids" or "cpuset" or "io");
        Set(Path.Combine(folder, "cgroup.subtree_control"), string.Join(' ', wanted.Select(name => "+" + name)));
    }

    private void Write(string path, LinuxResources resources)
    {
        if (mounts.Unified is { } unified)
        {
            var folder = Path.Combine(unified, path);
            if (resources.CpuShares > 0) Set(Path.Combine(folder, "cpu.weight"), Weight(resources.CpuShares).ToString(CultureInfo.InvariantCulture));
            if (resources.CpuPeriodMicroseconds > 0) Set(Path.Combine(folder, "cpu.max"), $"{(resources.CpuQuotaMicroseconds > 0 ? resources.CpuQuotaMicroseconds.ToString(CultureInfo.InvariantCulture) : "max")} {resources.CpuPeriodMicroseconds}");
            Set(Path.Combine(folder, "memory.max"), resources.MemoryLimitBytes > 0 ? resources.MemoryLimitBytes.ToString(CultureInfo.InvariantCulture) : "max");
            return;
        }

        if (mounts.Hierarchies.TryGetValue("cpu", out var cpu))
        {
            var folder = Path.Combine(cpu, path);
            if (resources.CpuShares > 0) Set(Path.Combine(folder, "cpu.shares"), resources.CpuShares.ToString(CultureInfo.InvariantCulture));
            if (resources.CpuPeriodMicroseconds > 0)
            {
                Set(Path.Combine(folder, "cpu.cfs_period_us"), resources.CpuPeriodMicroseconds.ToString(CultureInfo.InvariantCulture));
                Set(Path.Combine(folder, "cpu.cfs_quota_us"), resources.CpuQuotaMicroseconds > 0 ? resources.CpuQuotaMicroseconds.ToString(CultureInfo.InvariantCulture) : "-1");
            }
        }

        if (mounts.Hierarchies.TryGetValue("memory", out var memory))
        {
            Set(Path.Combine(memory, path, "memory.limit_in_bytes"), resources.MemoryLimitBytes > 0 ? resources.MemoryLimitBytes.ToString(CultureInfo.InvariantCulture) : "-1");
        }
    }

    // From the range of version 1, 2 to 262144, to that of version 2, 1 to 10000.
    private static long Weight(long shares) => 1 + ((shares - 2) * 9999 / 262142);

    private static void Set(string file, string value)
    {
        // Files of control groups are neither made nor cut short; each write is one value.
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        stream.Write(System.Text.Encoding.ASCII.GetBytes(value));
    }

    // Groups are directories whose files nobody can delete; the kernel refuses to remove one that is in use.
    private static bool RemoveTree(string folder)
    {
        if (!Directory.Exists(folder)) return true;
        foreach (var inner in Directory.EnumerateDirectories(folder)) RemoveTree(inner);
        return Machine.RemoveDirectory(folder) || !Directory.Exists(folder);
    }
}
