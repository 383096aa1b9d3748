using Keelson.Api;
using Keelson.Api.Apps.V1;
using Keelson.Client.Reconciling;

namespace Keelson.Control.Controllers.Deployments;

/// <summary>A set before and after a step.</summary>
internal readonly record struct SetChange(ReplicaSet Before, ReplicaSet After)
{
    public int From => DeploymentView.Size(Before);

    public int To => DeploymentView.Size(After);
}

/// <summary>The next step of a deployment: what is written, in this order, and when to look again.</summary>
internal sealed record DeploymentPlan(Deployment Deployment)
{
    /// <summary>The deployment's annotations; null where they stay.</summary>
    public ApiMap<string>? Annotations { get; init; }

    /// <summary>The set for a template that has none yet.</summary>
    public ReplicaSet? Create { get; init; }

    public IReadOnlyList<SetChange> Changes { get; init; } = [];

    public IReadOnlyList<ReplicaSet> Delete { get; init; } = [];

    public DeploymentStatus Status { get; init; } = DeploymentStatus.Empty;

    public Outcome Next { get; init; } = Outcome.Done;

    /// <param name="sets">The deployment's sets.</param>
    /// <param name="oldPodsRun">Whether pods of former templates are still there; asked for only when everything is to be replaced at once.</param>
    public static DeploymentPlan Compute(Deployment deployment, IEnumerable<ReplicaSet> sets, Func<DeploymentView, bool> oldPodsRun, Time now)
    {
        var view = DeploymentView.Of(deployment, sets);
        var plan = new DeploymentPlan(deployment);
        if (deployment.Metadata.DeletionTimestamp is null) plan = Move(plan, view, oldPodsRun);
        var status = DeploymentProgress.Status(view, plan, now);
        return plan with { Status = status, Next = DeploymentProgress.NextCheck(view, status, now) };
    }

    private static DeploymentPlan Move(DeploymentPlan plan, DeploymentView view, Func<DeploymentView, bool> oldPodsRun)
    {
        var isPaused = view.Deployment.Spec.Paused;
        // How many pods a changed size means for each set comes first: the rollout goes on from there.
        if (isPaused || view.WasScaled)
        {
            plan = Revisions.Apply(plan, view);
            plan = plan with { Changes = Merge(plan.Changes, Scaling.Compute(view)) };
            return isPaused && plan.Changes.Count == 0 ? plan with { Delete = History.Surplus(view) } : plan;
        }

        return view.IsRolling ? Roll(Revisions.Apply(plan, view), view) : Recreate(plan, view, oldPodsRun);
    }

    private static DeploymentPlan Roll(DeploymentPlan plan, DeploymentView view)
    {
        if (view.New is null) return plan with { Create = Revisions.NewSet(view, RollingUpdate.NewSize(view, 0)) };
        var size = RollingUpdate.NewSize(view, DeploymentView.Size(view.New));
        if (size != DeploymentView.Size(view.New)) return plan with { Changes = Merge(plan.Changes, [new SetChange(view.New, view.Resize(view.New, size))]) };
        var changes = RollingUpdate.OldSizes(view);
        if (changes.Count > 0) return plan with { Changes = Merge(plan.Changes, changes) };
        return Tidy(plan, view);
    }

    private static DeploymentPlan Recreate(DeploymentPlan plan, DeploymentView view, Func<DeploymentView, bool> oldPodsRun)
    {
        if (view.New is not null) plan = Revisions.Apply(plan, view);
        var shrink = view.Old.Where(set => DeploymentView.Size(set) > 0).Select(set => new SetChange(set, view.Resize(set, 0))).ToList();
        if (shrink.Count > 0) return plan with { Changes = Merge(plan.Changes, shrink) };
        if (oldPodsRun(view)) return plan;
        if (view.New is null)
        {
            plan = Revisions.Apply(plan, view);
            return plan with { Create = Revisions.NewSet(view, view.Replicas) };
        }

        if (DeploymentView.Size(view.New) != view.Replicas) return plan with { Changes = Merge(plan.Changes, [new SetChange(view.New, view.Resize(view.New, view.Replicas))]) };
        return Tidy(plan, view);
    }

    private static DeploymentPlan Tidy(DeploymentPlan plan, DeploymentView view) =>
        DeploymentProgress.IsComplete(view, DeploymentProgress.Counts(view)) ? plan with { Delete = History.Surplus(view) } : plan;

    // One write a set: what one rule says of its size goes together with what another says of its annotations.
    private static List<SetChange> Merge(IReadOnlyList<SetChange> first, IReadOnlyList<SetChange> second)
    {
        var merged = first.ToList();
        foreach (var change in second)
        {
            var index = merged.FindIndex(other => other.Before.Metadata.Uid == change.Before.Metadata.Uid);
            if (index < 0)
            {
                if (change.After != change.Before) merged.Add(change);
                continue;
            }

            var earlier = merged[index].After;
            merged[index] = new SetChange(change.Before, earlier with
            {
                Spec = earlier.Spec with { Replicas = change.After.Spec.Replicas },
                Metadata = earlier.Metadata with { Annotations = change.After.Metadata.Annotations.WithAll(earlier.Metadata.Annotations).WithAll(Sizes(change.After)) },
            });
        }

        return merged;
    }

    private static ApiMap<string> Sizes(ReplicaSet set) => set.Metadata.Annotations
        .Where(entry => entry.Key is DeploymentNames.DesiredReplicas or DeploymentNames.MaxReplicas)
        .ToApiMap();
}
