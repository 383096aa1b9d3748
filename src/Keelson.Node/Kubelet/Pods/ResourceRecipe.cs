using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Node.Runtime;

namespace Keelson.Node.Kubelet.Pods;

/// <summary>Turns requests and limits into what the kernel counts.</summary>
internal static class ResourceRecipe
{
    private const long PeriodMicroseconds = 100_000;
    private const long LeastQuotaMicroseconds = 1_000;
    private const long LeastShares = 2;
    private const long MostShares = 262_144;

    public static LinuxResources Make(ResourceRequirements resources, long outOfMemoryScore = 0)
    {
        var hasRequest = resources.Requests.TryGetValue("cpu", out var request) || resources.Limits.TryGetValue("cpu", out request);
        var milli = hasRequest ? request.MilliValue() : 0;
        var limitMilli = resources.Limits.TryGetValue("cpu", out var limit) ? limit.MilliValue() : 0;
        return new LinuxResources
        {
            CpuShares = Math.Clamp(milli * 1024 / 1000, LeastShares, MostShares),
            CpuPeriodMicroseconds = PeriodMicroseconds,
            CpuQuotaMicroseconds = limitMilli > 0 ? Math.Max(limitMilli * PeriodMicroseconds / 1000, LeastQuotaMicroseconds) : 0,
            MemoryLimitBytes = resources.Limits.TryGetValue("memory", out var memory) ? memory.Value() : 0,
            OutOfMemoryScore = outOfMemoryScore,
        };
    }

    /// <summary>How early the kernel kills a container of this pod when memory runs out; the numbers are those of every kubelet.</summary>
    public static long OutOfMemoryScore(Pod pod, ApiContainer container, long nodeMemory)
    {
        if (pod.Spec.PriorityClassName is "system-node-critical") return -997;
        switch (pod.Status.QosClass)
        {
            case PodQOSClass.Guaranteed: return -997;
            case PodQOSClass.BestEffort: return 1000;
        }

        var request = container.Resources.Requests.TryGetValue("memory", out var memory) ? memory.Value() : 0;
        var score = 1000 - (nodeMemory > 0 ? (long)((double)1000 * request / nodeMemory) : 0);
        return Math.Clamp(score, 3, 999);
    }

    /// <summary>What the ordinary containers have together; a limit only where each has one.</summary>
    public static ResourceRequirements Sum(Pod pod)
    {
        var requests = new Dictionary<string, Quantity>(StringComparer.Ordinal);
        var limits = new Dictionary<string, Quantity>(StringComparer.Ordinal);
        foreach (var container in pod.Spec.Containers)
        {
            foreach (var (name, value) in container.Resources.Requests) requests[name] = requests.TryGetValue(name, out var sum) ? sum + value : value;
            foreach (var (name, value) in container.Resources.Limits) limits[name] = limits.TryGetValue(name, out var sum) ? sum + value : value;
        }

        foreach (var name in limits.Keys.ToList())
        {
            if (pod.Spec.Containers.Any(container => !container.Resources.Limits.ContainsKey(name))) limits.Remove(name);
        }

        return new ResourceRequirements { Requests = requests, Limits = limits };
    }
}
