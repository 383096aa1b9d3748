using Keelson.Api.Apps.V1;

namespace Keelson.Control.Controllers.Deployments;

/// <summary>What a new number of replicas means for the sets, in the middle of a rollout and outside of one.</summary>
internal static class Scaling
{
    public static IReadOnlyList<SetChange> Compute(DeploymentView view)
    {
        var active = view.All.Where(set => DeploymentView.Size(set) > 0).ToList();
        if (active.Count <= 1)
        {
            var only = active.Count == 1 ? active[0] : view.New ?? view.Old.LastOrDefault();
            return only is null ? [] : Changed([new SetChange(only, view.Resize(only, view.Replicas))]);
        }

        if (view.New is not null && IsSaturated(view, view.New))
        {
            return Changed([.. view.Old.Where(set => DeploymentView.Size(set) > 0).Select(set => new SetChange(set, view.Resize(set, 0)))]);
        }

        return view.IsRolling ? Changed(InProportion(view, active)) : [];
    }

    private static List<SetChange> InProportion(DeploymentView view, List<ReplicaSet> active)
    {
        var allowed = view.Replicas > 0 ? view.Replicas + view.MaxSurge : 0;
        var toAdd = allowed - DeploymentView.TotalSize(active);
        // The largest first; of equal ones the newest grows and the oldest shrinks.
        active = [.. active.OrderByDescending(DeploymentView.Size).ThenBy(set => set.Metadata.CreationTimestamp)];
        if (toAdd > 0) active = [.. active.OrderByDescending(DeploymentView.Size).ThenByDescending(set => set.Metadata.CreationTimestamp)];
        var sizes = new int[active.Count];
        var added = 0;
        for (var i = 0; i < active.Count; i++)
        {
            var share = toAdd == 0 ? 0 : Share(view, active[i], toAdd, added);
            sizes[i] = DeploymentView.Size(active[i]) + share;
            added += share;
        }

        // What rounding left over goes to the largest.
        if (toAdd != 0) sizes[0] = Math.Max(sizes[0] + toAdd - added, 0);
        return [.. active.Select((set, i) => new SetChange(set, view.Resize(set, sizes[i])))];
    }

    private static int Share(DeploymentView view, ReplicaSet set, int toAdd, int added)
    {
        var size = DeploymentView.Size(set);
        var before = DeploymentView.Number(set, DeploymentNames.MaxReplicas) is > 0 and var noted ? noted : view.Deployment.Status.Replicas;
        var wanted = view.Replicas == 0 || before <= 0
            ? -size
            : (int)Math.Round((double)size * (view.Replicas + view.MaxSurge) / before, MidpointRounding.AwayFromZero) - size;
        var left = toAdd - added;
        return toAdd > 0 ? Math.Min(wanted, left) : Math.Max(wanted, left);
    }

    // It has all pods that it should have, as it was told when it was last resized.
    private static bool IsSaturated(DeploymentView view, ReplicaSet set) =>
        DeploymentView.Size(set) == view.Replicas
        && DeploymentView.Number(set, DeploymentNames.DesiredReplicas) == view.Replicas
        && set.Status.AvailableReplicas == view.Replicas;

    private static List<SetChange> Changed(List<SetChange> changes) => [.. changes.Where(change => change.After != change.Before)];
}
