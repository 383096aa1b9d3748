using Keelson.Api.Apps.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Client;
using Keelson.Client.Informers;
using Keelson.Client.Reconciling;
using Keelson.Client.Recording;
using Keelson.Control.Workloads;

namespace Keelson.Control.Controllers.Deployments;

/// <summary>Rolls out templates: one replica set for each, and the pods moved between them step by step.</summary>
internal sealed class DeploymentController : IController, IReconciler<Deployment>
{
    private readonly ControllerContext _context;
    private readonly EventRecorder _recorder;
    private readonly Informer<Deployment> _deployments;
    private readonly Informer<ReplicaSet> _sets;
    private readonly Informer<Pod> _pods;

    public DeploymentController(ControllerContext context)
    {
        _context = context;
        _recorder = context.Recorder("deployment-controller");
        _deployments = context.Informers.For<Deployment>();
        _sets = context.Informers.For<ReplicaSet>();
        _pods = context.Informers.For<Pod>();
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        using var loop = _context.Loop("deployment-controller", this).Watch(_deployments).Watch(_sets, Affected).Watch(_pods, AffectedByEnd);
        await loop.RunAsync(cancel).ConfigureAwait(false);
    }

    public async Task<Outcome> ReconcileAsync(ObjectKey key, CancellationToken cancel)
    {
        if (_deployments.Get(key) is not { } deployment) return Outcome.Done;
        if (deployment.Spec.Selector is not { } selector || (selector.MatchLabels.IsEmpty && selector.MatchExpressions.IsEmpty))
        {
            _recorder.Warn(deployment, "SelectingAll", "This deployment is selecting all pods. A non-empty selector is required.");
            return Outcome.Done;
        }

        var claims = Claims<ReplicaSet>.Sort(_sets.Snapshot.InNamespace(key.Namespace), deployment.Metadata, LabelSelectors.Query(selector));
        var sets = await claims.ApplyAsync(_context.Client, deployment, cancel).ConfigureAwait(false);
        var plan = DeploymentPlan.Compute(deployment, sets, OldPodsRun, _context.Now);
        await ApplyAsync(plan, cancel).ConfigureAwait(false);
        return plan.Next;
    }

    private async Task ApplyAsync(DeploymentPlan plan, CancellationToken cancel)
    {
        var deployment = plan.Deployment;
        var deployments = _context.Client.Resource<Deployment>();
        var sets = _context.Client.Resource<ReplicaSet>();
        if (plan.Annotations is { } annotations)
        {
            deployment = await deployments.UpdateAsync(deployment with { Metadata = deployment.Metadata with { Annotations = annotations } }, cancel: cancel).ConfigureAwait(false);
        }

        if (plan.Create is { } create) await CreateAsync(deployment, create, cancel).ConfigureAwait(false);
        foreach (var change in plan.Changes)
        {
            await sets.UpdateAsync(change.After, cancel: cancel).ConfigureAwait(false);
            if (change.From != change.To) Report(deployment, change.After.Metadata.Name, change.From, change.To);
        }

        foreach (var surplus in plan.Delete)
        {
            var options = new DeleteOptions { Preconditions = new Api.Meta.V1.Preconditions { Uid = surplus.Metadata.Uid } };
            await sets.DeleteAsync(new ObjectKey(surplus.Metadata.Namespace, surplus.Metadata.Name), options, cancel).ConfigureAwait(false);
        }

        if (plan.Status != deployment.Status) await deployments.UpdateStatusAsync(deployment with { Status = plan.Status }, cancel: cancel).ConfigureAwait(false);
    }

    private async Task CreateAsync(Deployment deployment, ReplicaSet set, CancellationToken cancel)
    {
        try
        {
            await _context.Client.Resource<ReplicaSet>().CreateAsync(set, cancel: cancel).ConfigureAwait(false);
            if (set.Spec.Replicas > 0) Report(deployment, set.Metadata.Name, 0, set.Spec.Replicas.Value);
        }
        catch (ApiException taken) when (taken.IsAlreadyExists)
        {
            var found = await _context.Client.Resource<ReplicaSet>().In(set.Metadata.Namespace).FindAsync(set.Metadata.Name, cancel).ConfigureAwait(false);
            // It is the deployment's own, which the cache does not show yet: its event comes.
            if (found is null || (Owners.IsControlledBy(found.Metadata, deployment.Metadata.Uid) && PodTemplates.AreSame(found.Spec.Template, set.Spec.Template))) return;
            var status = deployment.Status with { CollisionCount = (deployment.Status.CollisionCount ?? 0) + 1 };
            await _context.Client.Resource<Deployment>().UpdateStatusAsync(deployment with { Status = status }, cancel: cancel).ConfigureAwait(false);
            throw;
        }
        catch (ApiException failure) when (!failure.IsNamespaceTerminating)
        {
            var message = $"Failed to create new replica set \"{set.Metadata.Name}\": {failure.Message}";
            _recorder.Warn(deployment, DeploymentNames.SetCreateFailed, message);
            var condition = new DeploymentCondition { Type = DeploymentConditionType.Progressing, Status = ConditionStatus.False, Reason = DeploymentNames.SetCreateFailed, Message = message };
            var status = DeploymentProgress.Set(deployment.Status, condition, _context.Now);
            if (status != deployment.Status) await _context.Client.Resource<Deployment>().UpdateStatusAsync(deployment with { Status = status }, cancel: cancel).ConfigureAwait(false);
            throw;
        }
    }

    private void Report(Deployment deployment, string set, int from, int to) =>
        _recorder.Record(deployment, "ScalingReplicaSet", $"Scaled {(to > from ? "up" : "down")} replica set {set} from {from} to {to}");

    private bool OldPodsRun(DeploymentView view)
    {
        var old = view.Old.Select(set => set.Metadata.Uid).ToHashSet();
        return _pods.Snapshot.InNamespace(view.Deployment.Metadata.Namespace)
            .Any(pod => !PodFacts.HasEnded(pod) && Owners.ControllerOf(pod.Metadata) is { } owner && old.Contains(owner.Uid));
    }

    private IEnumerable<ObjectKey> Affected(ReplicaSet set)
    {
        if (Owners.ControllerOf(set.Metadata) is not null) return Owners.ControllerKeys<Deployment>(set.Metadata);
        return
            from deployment in _deployments.Snapshot.InNamespace(set.Metadata.Namespace)
            where LabelSelectors.Query(deployment.Spec.Selector).Matches(set.Metadata.Labels)
            select new ObjectKey(deployment.Metadata.Namespace, deployment.Metadata.Name);
    }

    // Only where everything is replaced at once does a deployment wait for single pods to go.
    private IEnumerable<ObjectKey> AffectedByEnd(Pod pod) =>
        from setKey in Owners.ControllerKeys<ReplicaSet>(pod.Metadata)
        let set = _sets.Get(setKey)
        where set is not null
        from key in Owners.ControllerKeys<Deployment>(set.Metadata)
        where _deployments.Get(key) is { Spec.Strategy.Type: DeploymentStrategyType.Recreate }
        select key;
}
