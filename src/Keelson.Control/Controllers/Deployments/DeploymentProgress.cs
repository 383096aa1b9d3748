using Keelson.Api;
using Keelson.Api.Apps.V1;
using Keelson.Api.Meta.V1;
using Keelson.Client.Reconciling;

namespace Keelson.Control.Controllers.Deployments;

/// <summary>What a deployment's status says: counts, whether it is available, and how the rollout goes.</summary>
internal static class DeploymentProgress
{
    /// <summary>After how many seconds without progress a rollout counts as failed where the deployment does not say; as upstream.</summary>
    private const int DefaultDeadline = 600;

    public static DeploymentStatus Status(DeploymentView view, DeploymentPlan plan, Time now)
    {
        var before = view.Deployment.Status;
        var status = Counts(view);
        status = Set(status, Availability(view, status), now);
        status = Progress(view, plan, before, status, now);
        return Failure(view, status, now);
    }

    /// <summary>The numbers, with the conditions as they are.</summary>
    public static DeploymentStatus Counts(DeploymentView view)
    {
        var total = view.All.Sum(set => set.Status.Replicas);
        var available = view.All.Sum(set => set.Status.AvailableReplicas);
        return view.Deployment.Status with
        {
            ObservedGeneration = view.Deployment.Metadata.Generation,
            Replicas = total,
            UpdatedReplicas = view.New?.Status.Replicas ?? 0,
            ReadyReplicas = view.All.Sum(set => set.Status.ReadyReplicas),
            AvailableReplicas = available,
            UnavailableReplicas = Math.Max(DeploymentView.TotalSize(view.All) - available, 0),
            TerminatingReplicas = view.All.Sum(set => set.Status.TerminatingReplicas ?? 0),
        };
    }

    public static bool IsComplete(DeploymentView view, DeploymentStatus status) =>
        status.UpdatedReplicas == view.Replicas && status.Replicas == view.Replicas
        && status.AvailableReplicas == view.Replicas && status.ObservedGeneration >= view.Deployment.Metadata.Generation;

    /// <summary>When to look whether the deadline has passed.</summary>
    public static Outcome NextCheck(DeploymentView view, DeploymentStatus status, Time now)
    {
        if (view.Deployment.Metadata.DeletionTimestamp is not null || view.Deployment.Spec.Paused || Deadline(view) is not { } deadline || IsComplete(view, status)) return Outcome.Done;
        if (Find(status, DeploymentConditionType.Progressing) is not { } progressing || progressing.Reason is DeploymentNames.NewSetAvailable or DeploymentNames.DeadlineExceeded) return Outcome.Done;
        // A second more, as moments are written without fractions.
        return Outcome.After(progressing.LastUpdateTime + TimeSpan.FromSeconds(deadline + 1L) - now);
    }

    public static DeploymentCondition? Find(DeploymentStatus status, string type)
    {
        var index = status.Conditions.FindIndex(condition => condition.Type == type);
        return index < 0 ? null : status.Conditions[index];
    }

    /// <summary>The status with a condition; where only the message is new the old one stays.</summary>
    public static DeploymentStatus Set(DeploymentStatus status, DeploymentCondition condition, Time now)
    {
        var before = Find(status, condition.Type);
        if (before is not null && before.Status == condition.Status && before.Reason == condition.Reason) return status;
        return Replace(status, condition with
        {
            LastUpdateTime = now,
            LastTransitionTime = before?.Status == condition.Status ? before.LastTransitionTime : now,
        });
    }

    private static DeploymentStatus Progress(DeploymentView view, DeploymentPlan plan, DeploymentStatus before, DeploymentStatus status, Time now)
    {
        if (Deadline(view) is not { } deadline) return Without(status, DeploymentConditionType.Progressing);
        var current = Find(status, DeploymentConditionType.Progressing);
        if (view.Deployment.Spec.Paused)
        {
            return current is { Reason: DeploymentNames.Paused or DeploymentNames.DeadlineExceeded }
                ? status : Set(status, Progressing(ConditionStatus.Unknown, DeploymentNames.Paused, "Deployment is paused"), now);
        }

        if (current?.Reason == DeploymentNames.Paused) return Set(status, Progressing(ConditionStatus.Unknown, DeploymentNames.Resumed, "Deployment is resumed"), now);
        if (plan.Create is { } created)
        {
            return Set(status, Progressing(ConditionStatus.True, DeploymentNames.NewSetCreated, $"Created new replica set \"{created.Metadata.Name}\""), now);
        }

        if (current is null && view.New is not null)
        {
            status = Set(status, Progressing(ConditionStatus.True, DeploymentNames.NewSetFound, $"Found new replica set \"{view.New.Metadata.Name}\""), now);
            current = Find(status, DeploymentConditionType.Progressing);
        }

        // What is complete stays so until another rollout begins.
        if (status.Replicas == status.UpdatedReplicas && current?.Reason == DeploymentNames.NewSetAvailable) return status;
        var subject = view.New is null ? $"Deployment \"{view.Deployment.Metadata.Name}\"" : $"ReplicaSet \"{view.New.Metadata.Name}\"";
        if (IsComplete(view, status)) return Set(status, Progressing(ConditionStatus.True, DeploymentNames.NewSetAvailable, subject + " has successfully progressed."), now);
        if (HasMoved(before, status))
        {
            // Every move counts anew against the deadline, so this one is written even where nothing but the time differs.
            var moving = Progressing(ConditionStatus.True, DeploymentNames.SetUpdated, subject + " is progressing.");
            return Replace(status, moving with { LastUpdateTime = now, LastTransitionTime = current?.Status == ConditionStatus.True ? current.LastTransitionTime : now });
        }

        return current is not null && IsLate(current, deadline, now)
            ? Set(status, Progressing(ConditionStatus.False, DeploymentNames.DeadlineExceeded, subject + " has timed out progressing."), now)
            : status;
    }

    private static DeploymentStatus Failure(DeploymentView view, DeploymentStatus status, Time now)
    {
        var newest = view.New is null ? view.Old.Reverse() : view.Old.Reverse().Prepend(view.New);
        var failure = newest.SelectMany(set => set.Status.Conditions).FirstOrDefault(condition => condition.Type == ReplicaSetConditionType.ReplicaFailure);
        if (failure is null) return Without(status, DeploymentConditionType.ReplicaFailure);
        return Set(status, new DeploymentCondition { Type = DeploymentConditionType.ReplicaFailure, Status = failure.Status, Reason = failure.Reason, Message = failure.Message }, now);
    }

    private static DeploymentCondition Availability(DeploymentView view, DeploymentStatus status) => status.AvailableReplicas >= view.Replicas - view.MaxUnavailable
        ? new DeploymentCondition
        {
            Type = DeploymentConditionType.Available,
            Status = ConditionStatus.True,
            Reason = DeploymentNames.MinimumAvailable,
            Message = "Deployment has minimum availability.",
        }
        : new DeploymentCondition
        {
            Type = DeploymentConditionType.Available,
            Status = ConditionStatus.False,
            Reason = DeploymentNames.MinimumUnavailable,
            Message = "Deployment does not have minimum availability.",
        };

    private static bool HasMoved(DeploymentStatus before, DeploymentStatus after) =>
        after.UpdatedReplicas > before.UpdatedReplicas
        || after.Replicas - after.UpdatedReplicas < before.Replicas - before.UpdatedReplicas
        || after.ReadyReplicas > before.ReadyReplicas
        || after.AvailableReplicas > before.AvailableReplicas;

    private static bool IsLate(DeploymentCondition progressing, int deadline, Time now)
    {
        if (progressing.Reason == DeploymentNames.DeadlineExceeded) return true;
        return progressing.Reason != DeploymentNames.NewSetAvailable && progressing.LastUpdateTime + TimeSpan.FromSeconds(deadline) < now;
    }

    private static int? Deadline(DeploymentView view)
    {
        var seconds = view.Deployment.Spec.ProgressDeadlineSeconds ?? DefaultDeadline;
        return seconds == int.MaxValue ? null : seconds;
    }

    private static DeploymentCondition Progressing(string status, string reason, string message) =>
        new() { Type = DeploymentConditionType.Progressing, Status = status, Reason = reason, Message = message };

    private static DeploymentStatus Replace(DeploymentStatus status, DeploymentCondition condition)
    {
        var index = status.Conditions.FindIndex(other => other.Type == condition.Type);
        return status with { Conditions = index < 0 ? status.Conditions.Add(condition) : status.Conditions.With(index, condition) };
    }

    private static DeploymentStatus Without(DeploymentStatus status, string type) =>
        status with { Conditions = status.Conditions.RemoveAll(condition => condition.Type == type) };
}
