using Keelson.Api;
using Keelson.Api.Apps.V1;
using Keelson.Api.Core.V1;
using Keelson.Control.Workloads;

namespace Keelson.Control.Controllers.StatefulSets;

/// <summary>The next step of a stateful set: pods to start and to end, by ordinal, one at a time unless the set wants them in parallel.</summary>
/// <param name="Create">Ordinals, each with the name of the revision that it starts with.</param>
internal sealed record StatefulSetPlan(IReadOnlyList<(int Ordinal, string Revision)> Create, IReadOnlyList<Pod> Delete, StatefulSetStatus Status)
{
    /// <param name="current">The revision that the set came from; the update's own where no update is under way.</param>
    /// <param name="update">The revision of the template as it is now.</param>
    public static StatefulSetPlan Compute(StatefulSet set, string current, string update, IReadOnlyList<Pod> pods, Time now)
    {
        var status = StatusOf(set, current, update, pods, now);
        if (set.Metadata.DeletionTimestamp is not null) return new StatefulSetPlan([], [], status);
        var create = new List<(int, string)>();
        var delete = new List<Pod>();
        var isParallel = set.Spec.PodManagementPolicy == PodManagementPolicyType.Parallel;
        if (Fill(set, current, update, pods, now, isParallel, create, delete) && Shrink(set, pods, now, isParallel, delete)) Roll(set, update, pods, now, delete);
        return new StatefulSetPlan(create, delete, status);
    }

    // Each of these says whether the next may go on.
    private static bool Fill(StatefulSet set, string current, string update, IReadOnlyList<Pod> pods, Time now, bool isParallel, List<(int, string)> create, List<Pod> delete)
    {
        var byOrdinal = pods.Where(pod => StatefulPods.Ordinal(set, pod) is not null).ToDictionary(pod => StatefulPods.Ordinal(set, pod)!.Value);
        var start = Start(set);
        for (var ordinal = start; ordinal < start + Replicas(set); ordinal++)
        {
            if (!byOrdinal.TryGetValue(ordinal, out var pod)) create.Add((ordinal, ordinal < start + Partition(set) ? current : update));
            else if (PodFacts.HasEnded(pod) && !PodFacts.IsTerminating(pod)) delete.Add(pod);
            else if (IsHealthy(set, pod, now)) continue;
            if (!isParallel) return false;
        }

        return create.Count == 0 && delete.Count == 0;
    }

    private static bool Shrink(StatefulSet set, IReadOnlyList<Pod> pods, Time now, bool isParallel, List<Pod> delete)
    {
        var condemned = pods
            .Where(pod => StatefulPods.Ordinal(set, pod) is { } ordinal && (ordinal < Start(set) || ordinal >= Start(set) + Replicas(set)))
            .OrderByDescending(pod => StatefulPods.Ordinal(set, pod)).ToList();
        if (condemned.Count == 0) return true;
        if (isParallel) delete.AddRange(condemned.Where(pod => !PodFacts.IsTerminating(pod)));
        // The one above is gone before the next one goes.
        else if (!condemned.Exists(PodFacts.IsTerminating)) delete.Add(condemned.Find(pod => !IsHealthy(set, pod, now)) ?? condemned[0]);
        return false;
    }

    private static void Roll(StatefulSet set, string update, IReadOnlyList<Pod> pods, Time now, List<Pod> delete)
    {
        if (set.Spec.UpdateStrategy.Type == StatefulSetUpdateStrategyType.OnDelete) return;
        var first = Start(set) + Partition(set);
        foreach (var pod in pods.Where(pod => StatefulPods.Ordinal(set, pod) >= first).OrderByDescending(pod => StatefulPods.Ordinal(set, pod)))
        {
            if (StatefulPods.Revision(pod) != update && !PodFacts.IsTerminating(pod))
            {
                delete.Add(pod);
                return;
            }

            if (!IsHealthy(set, pod, now)) return;
        }
    }

    private static StatefulSetStatus StatusOf(StatefulSet set, string current, string update, IReadOnlyList<Pod> pods, Time now)
    {
        var alive = pods.Where(pod => !PodFacts.IsTerminating(pod)).ToList();
        var ready = pods.Count(pod => pod.Status.Phase == PodPhase.Running && PodFacts.IsReady(pod));
        var updated = alive.Count(pod => StatefulPods.Revision(pod) == update);
        var isComplete = Partition(set) == 0 && updated == Replicas(set) && pods.Count == Replicas(set) && ready == Replicas(set);
        if (isComplete) current = update;
        return set.Status with
        {
            ObservedGeneration = set.Metadata.Generation,
            Replicas = pods.Count,
            ReadyReplicas = ready,
            AvailableReplicas = pods.Count(pod => IsHealthy(set, pod, now)),
            CurrentReplicas = alive.Count(pod => StatefulPods.Revision(pod) == current),
            UpdatedReplicas = updated,
            CurrentRevision = current,
            UpdateRevision = update,
        };
    }

    private static bool IsHealthy(StatefulSet set, Pod pod, Time now) =>
        !PodFacts.IsTerminating(pod) && pod.Status.Phase == PodPhase.Running && PodFacts.IsAvailable(pod, set.Spec.MinReadySeconds, now);

    private static int Replicas(StatefulSet set) => set.Spec.Replicas ?? 1;

    private static int Start(StatefulSet set) => set.Spec.Ordinals?.Start ?? 0;

    private static int Partition(StatefulSet set) => set.Spec.UpdateStrategy.RollingUpdate?.Partition ?? 0;
}
