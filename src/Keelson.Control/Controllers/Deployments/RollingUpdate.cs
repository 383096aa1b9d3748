using Keelson.Api.Apps.V1;

namespace Keelson.Control.Controllers.Deployments;

/// <summary>How a rolling update moves pods from the old sets to the new one.</summary>
internal static class RollingUpdate
{
    /// <summary>The new set's size: as large as the surge leaves room for.</summary>
    public static int NewSize(DeploymentView view, int current)
    {
        if (current >= view.Replicas) return view.Replicas;
        var room = view.Replicas + view.MaxSurge - DeploymentView.TotalSize(view.All);
        return room <= 0 ? current : current + Math.Min(room, view.Replicas - current);
    }

    /// <summary>Which old sets shrink: first by pods that do not work anyway, then as far as availability allows.</summary>
    public static IReadOnlyList<SetChange> OldSizes(DeploymentView view)
    {
        var fresh = view.New ?? throw new InvalidOperationException("Old sets shrink only once there is a new one.");
        var sizes = view.Old.Where(set => DeploymentView.Size(set) > 0).Select(set => new OldSet(set)).ToList();
        if (sizes.Count == 0) return [];
        var least = view.Replicas - view.MaxUnavailable;
        var freshUnavailable = DeploymentView.Size(fresh) - fresh.Status.AvailableReplicas;
        // Counted by sizes: pods that the new set does not have available yet may still be needed from the old ones.
        var spare = DeploymentView.TotalSize(view.All) - least - freshUnavailable;
        if (spare <= 0) return [];
        foreach (var set in sizes)
        {
            var broken = Math.Min(spare, Math.Max(set.Size - set.Set.Status.AvailableReplicas, 0));
            set.Size -= broken;
            spare -= broken;
        }

        // A set that was just told to shrink may still count pods that are on their way out; they are no reserve.
        var available = view.All.Sum(set => Math.Min(set.Status.AvailableReplicas, DeploymentView.Size(set)));
        var dispensable = Math.Max(available - least, 0);
        foreach (var set in sizes)
        {
            var fewer = Math.Min(set.Size, dispensable);
            set.Size -= fewer;
            dispensable -= fewer;
        }

        return [.. sizes.Where(set => set.Size != DeploymentView.Size(set.Set)).Select(set => new SetChange(set.Set, view.Resize(set.Set, set.Size)))];
    }

    private sealed class OldSet(ReplicaSet set)
    {
        public ReplicaSet Set { get; } = set;

        public int Size { get; set; } = DeploymentView.Size(set);
    }
}
