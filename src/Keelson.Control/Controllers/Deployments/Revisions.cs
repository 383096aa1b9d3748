using System.Globalization;
using Keelson.Api;
using Keelson.Api.Apps.V1;
using Keelson.Api.Meta.V1;
using Keelson.Client.Reconciling;
using Keelson.Control.Workloads;

namespace Keelson.Control.Controllers.Deployments;

/// <summary>The new set of a deployment, and the numbers by which a rollback finds former ones.</summary>
internal static class Revisions
{
    /// <summary>Numbers the new set above all others, keeps its annotations like the deployment's, and shows the number on the deployment.</summary>
    public static DeploymentPlan Apply(DeploymentPlan plan, DeploymentView view)
    {
        var isPaused = view.Deployment.Spec.Paused || view.WasScaled;
        if (view.New is null && isPaused) return plan;
        var revision = view.New is null ? NextRevision(view) : Math.Max(DeploymentView.Revision(view.New), NextRevision(view));
        var text = revision.ToString(CultureInfo.InvariantCulture);
        if (view.Deployment.Metadata.Annotations.GetValueOrDefault(DeploymentNames.Revision) != text)
        {
            plan = plan with { Annotations = view.Deployment.Metadata.Annotations.With(DeploymentNames.Revision, text) };
        }

        if (view.New is not { } fresh) return plan;
        var updated = fresh with
        {
            Metadata = fresh.Metadata with { Annotations = Annotations(view, fresh.Metadata.Annotations, text) },
            Spec = fresh.Spec.MinReadySeconds == view.Deployment.Spec.MinReadySeconds ? fresh.Spec : fresh.Spec with { MinReadySeconds = view.Deployment.Spec.MinReadySeconds },
        };
        return updated == fresh ? plan : plan with { Changes = [new SetChange(fresh, updated)] };
    }

    /// <summary>A set for a template that has none.</summary>
    public static ReplicaSet NewSet(DeploymentView view, int size)
    {
        var deployment = view.Deployment;
        var hash = PodTemplates.Hash(deployment.Spec.Template, deployment.Status.CollisionCount);
        var template = PodTemplates.WithLabel(deployment.Spec.Template, PodTemplates.HashLabel, hash);
        var selector = deployment.Spec.Selector ?? LabelSelector.Empty;
        return new ReplicaSet
        {
            Metadata = new ObjectMeta
            {
                Name = $"{deployment.Metadata.Name}-{hash}",
                Namespace = deployment.Metadata.Namespace,
                Labels = template.Metadata.Labels,
                Annotations = view.WithSizes(Annotations(view, default, NextRevision(view).ToString(CultureInfo.InvariantCulture))),
                OwnerReferences = [Owners.ControllerReference(deployment)],
            },
            Spec = new ReplicaSetSpec
            {
                Replicas = size,
                MinReadySeconds = deployment.Spec.MinReadySeconds,
                Selector = selector with { MatchLabels = selector.MatchLabels.With(PodTemplates.HashLabel, hash) },
                Template = template,
            },
        };
    }

    private static long NextRevision(DeploymentView view) => view.Old.Select(DeploymentView.Revision).DefaultIfEmpty().Max() + 1;

    private static ApiMap<string> Annotations(DeploymentView view, ApiMap<string> current, string revision)
    {
        foreach (var (key, value) in view.Deployment.Metadata.Annotations)
        {
            if (!DeploymentNames.NotCopied.Contains(key)) current = current.With(key, value);
        }

        var before = current.GetValueOrDefault(DeploymentNames.Revision);
        if (before == revision) return current;
        if (before is { Length: > 0 })
        {
            var history = current.GetValueOrDefault(DeploymentNames.RevisionHistory);
            current = current.With(DeploymentNames.RevisionHistory, history is { Length: > 0 } ? $"{history},{before}" : before);
        }

        return current.With(DeploymentNames.Revision, revision);
    }
}
