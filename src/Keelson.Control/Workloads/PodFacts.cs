using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;

namespace Keelson.Control.Workloads;

/// <summary>What can be said of a pod by looking at it.</summary>
internal static class PodFacts
{
    public static bool IsTerminating(Pod pod) => pod.Metadata.DeletionTimestamp is not null;

    public static bool HasEnded(Pod pod) => pod.Status.Phase is PodPhase.Succeeded or PodPhase.Failed;

    /// <summary>Whether the pod counts as one that works or will work.</summary>
    public static bool IsActive(Pod pod) => !HasEnded(pod) && !IsTerminating(pod);

    public static PodCondition? Condition(Pod pod, string type)
    {
        var index = pod.Status.Conditions.FindIndex(condition => condition.Type == type);
        return index < 0 ? null : pod.Status.Conditions[index];
    }

    public static bool IsReady(Pod pod) => Condition(pod, PodConditionType.Ready)?.Status == ConditionStatus.True;

    /// <summary>Whether the pod has been ready for long enough.</summary>
    public static bool IsAvailable(Pod pod, int minReadySeconds, Time now) => UntilAvailable(pod, minReadySeconds, now) == TimeSpan.Zero;

    /// <summary>How long until the pod counts as available if it stays ready; null where it is not ready.</summary>
    public static TimeSpan? UntilAvailable(Pod pod, int minReadySeconds, Time now)
    {
        if (Condition(pod, PodConditionType.Ready) is not { Status: ConditionStatus.True } ready) return null;
        if (minReadySeconds <= 0) return TimeSpan.Zero;
        var left = TimeSpan.FromSeconds(minReadySeconds) - (now - ready.LastTransitionTime);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>When the next of the pods that are ready but not available yet becomes so.</summary>
    public static TimeSpan? UntilNextAvailable(IEnumerable<Pod> pods, int minReadySeconds, Time now)
    {
        TimeSpan? next = null;
        foreach (var pod in pods)
        {
            if (UntilAvailable(pod, minReadySeconds, now) is { } left && left > TimeSpan.Zero && (next is null || left < next)) next = left;
        }

        return next;
    }
}
