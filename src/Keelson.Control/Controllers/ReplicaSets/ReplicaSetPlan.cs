using Keelson.Api;
using Keelson.Api.Apps.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Control.Workloads;

namespace Keelson.Control.Controllers.ReplicaSets;

/// <summary>How many pods a set creates, or which it deletes: one of both, or neither.</summary>
internal sealed record ReplicaSetPlan(int Create, IReadOnlyList<Pod> Delete)
{
    public static ReplicaSetPlan Nothing { get; } = new(0, []);

    /// <param name="owned">The set's pods.</param>
    /// <param name="related">Pods of all sets with the same owner, for the ranking.</param>
    public static ReplicaSetPlan Compute(ReplicaSet set, IReadOnlyList<Pod> owned, IEnumerable<Pod> related, Time now)
    {
        if (set.Metadata.DeletionTimestamp is not null) return Nothing;
        var active = owned.Where(PodFacts.IsActive).ToList();
        var missing = (set.Spec.Replicas ?? 1) - active.Count;
        if (missing > 0) return new ReplicaSetPlan(Math.Min(missing, PodControl.Burst), []);
        if (missing == 0) return Nothing;
        active.Sort(new PodRanking(related, now));
        return new ReplicaSetPlan(0, active[..Math.Min(-missing, PodControl.Burst)]);
    }

    /// <param name="failure">What went wrong when the plan was carried out.</param>
    public static ReplicaSetStatus Status(ReplicaSet set, IReadOnlyList<Pod> owned, Exception? failure, Time now)
    {
        var active = owned.Where(PodFacts.IsActive).ToList();
        var labels = set.Spec.Template.Metadata.Labels;
        return set.Status with
        {
            Replicas = active.Count,
            FullyLabeledReplicas = active.Count(pod => labels.All(label => pod.Metadata.Labels.GetValueOrDefault(label.Key) == label.Value)),
            ReadyReplicas = active.Count(PodFacts.IsReady),
            AvailableReplicas = active.Count(pod => PodFacts.IsAvailable(pod, set.Spec.MinReadySeconds, now)),
            TerminatingReplicas = owned.Count(pod => PodFacts.IsTerminating(pod) && !PodFacts.HasEnded(pod)),
            ObservedGeneration = set.Metadata.Generation,
            Conditions = Conditions(set, active.Count, failure, now),
        };
    }

    private static ApiList<ReplicaSetCondition> Conditions(ReplicaSet set, int active, Exception? failure, Time now)
    {
        var others = set.Status.Conditions.RemoveAll(condition => condition.Type == ReplicaSetConditionType.ReplicaFailure);
        if (failure is null) return others;
        var reason = active < (set.Spec.Replicas ?? 1) ? "FailedCreate" : "FailedDelete";
        var index = set.Status.Conditions.FindIndex(condition => condition.Type == ReplicaSetConditionType.ReplicaFailure);
        if (index >= 0 && set.Status.Conditions[index].Reason == reason) return set.Status.Conditions;
        return others.Add(new ReplicaSetCondition
        {
            Type = ReplicaSetConditionType.ReplicaFailure,
            Status = ConditionStatus.True,
            Reason = reason,
            Message = failure.Message,
            LastTransitionTime = now,
        });
    }
}
