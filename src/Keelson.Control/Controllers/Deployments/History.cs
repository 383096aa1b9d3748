using Keelson.Api.Apps.V1;

namespace Keelson.Control.Controllers.Deployments;

/// <summary>Which former sets are no longer kept for rollbacks.</summary>
internal static class History
{
    /// <summary>How many are kept where the deployment does not say; as upstream.</summary>
    private const int DefaultLimit = 10;

    public static IReadOnlyList<ReplicaSet> Surplus(DeploymentView view)
    {
        var limit = view.Deployment.Spec.RevisionHistoryLimit ?? DefaultLimit;
        if (limit == int.MaxValue) return [];
        var kept = view.Old.Where(set => set.Metadata.DeletionTimestamp is null).OrderBy(DeploymentView.Revision).ToList();
        return [.. kept.Take(Math.Max(kept.Count - limit, 0)).Where(IsIdle)];
    }

    private static bool IsIdle(ReplicaSet set) =>
        set.Status.Replicas == 0 && DeploymentView.Size(set) == 0 && set.Metadata.Generation <= set.Status.ObservedGeneration;
}
