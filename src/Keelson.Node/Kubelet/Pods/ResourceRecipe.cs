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
    public const long MostShares = 262_144;

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

    /// <summary>What a pod may use as a whole.</summary>
    public static LinuxResources OfPod(Pod pod) =>
        Make(new ResourceRequirements { Requests = PodAmounts.Requests(pod).ToApiMap(), Limits = PodAmounts.Limits(pod).ToApiMap() });

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
}
