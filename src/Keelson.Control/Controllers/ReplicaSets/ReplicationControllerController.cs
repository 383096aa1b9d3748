using System.Runtime.ExceptionServices;
using Keelson.Api;
using Keelson.Api.Apps.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Api.Selectors;
using Keelson.Client;
using Keelson.Client.Informers;
using Keelson.Client.Reconciling;
using Keelson.Control.Workloads;

namespace Keelson.Control.Controllers.ReplicaSets;

/// <summary>Replica sets as they were called at first: the same plan, under the old name.</summary>
internal sealed class ReplicationControllerController : IController, IReconciler<ReplicationController>
{
    private readonly ControllerContext _context;
    private readonly PodControl _pods;
    private readonly Informer<ReplicationController> _controllers;
    private readonly Informer<Pod> _podCache;

    public ReplicationControllerController(ControllerContext context)
    {
        _context = context;
        _pods = new PodControl(context.Client, context.Recorder("replication-controller"), new Expectations(context.Time));
        _controllers = context.Informers.For<ReplicationController>();
        _podCache = context.Informers.For<Pod>();
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        using var observer = _podCache.AddHandler(_pods.Watcher<ReplicationController>());
        using var loop = _context.Loop("replicationcontroller-controller", this).Watch(_controllers).Watch(_podCache, Affected);
        await loop.RunAsync(cancel).ConfigureAwait(false);
    }

    public async Task<Outcome> ReconcileAsync(ObjectKey key, CancellationToken cancel)
    {
        if (_controllers.Get(key) is not { } controller)
        {
            _pods.Forget(key);
            return Outcome.Done;
        }

        var set = AsSet(controller);
        var candidates = _podCache.Snapshot.InNamespace(key.Namespace).Where(pod => !PodFacts.HasEnded(pod) || Owners.IsControlledBy(pod.Metadata, controller.Metadata.Uid));
        var claims = Claims<Pod>.Sort(candidates, controller.Metadata, Query(controller));
        var isSettled = _pods.IsSettled(key);
        var owned = await claims.ApplyAsync(_context.Client, controller, cancel).ConfigureAwait(false);
        var failure = isSettled ? await ApplyAsync(controller, ReplicaSetPlan.Compute(set, owned, owned, _context.Now), cancel).ConfigureAwait(false) : null;
        var status = AsOld(ReplicaSetPlan.Status(set, owned, failure, _context.Now));
        if (status != controller.Status) await _context.Client.Resource<ReplicationController>().UpdateStatusAsync(controller with { Status = status }, cancel: cancel).ConfigureAwait(false);
        if (failure is ApiException { IsNamespaceTerminating: true }) return Outcome.Done;
        if (failure is not null) ExceptionDispatchInfo.Throw(failure);
        return PodFacts.UntilNextAvailable(owned.Where(PodFacts.IsActive), controller.Spec.MinReadySeconds, _context.Now) is { } left ? Outcome.After(left) : Outcome.Done;
    }

    private async Task<Exception?> ApplyAsync(ReplicationController controller, ReplicaSetPlan plan, CancellationToken cancel)
    {
        if (plan.Delete.Count > 0) return await _pods.DeleteAsync(controller, plan.Delete, cancel).ConfigureAwait(false);
        if (plan.Create == 0) return null;
        var reference = Owners.ControllerReference(controller);
        return await _pods.CreateAsync(controller, plan.Create, _ => PodTemplates.ToPod(controller.Spec.Template ?? new PodTemplateSpec(), controller.Metadata, reference), cancel).ConfigureAwait(false);
    }

    private IEnumerable<ObjectKey> Affected(Pod pod)
    {
        if (Owners.ControllerOf(pod.Metadata) is not null) return Owners.ControllerKeys<ReplicationController>(pod.Metadata);
        return
            from controller in _controllers.Snapshot.InNamespace(pod.Metadata.Namespace)
            where Query(controller).Matches(pod.Metadata.Labels)
            select new ObjectKey(controller.Metadata.Namespace, controller.Metadata.Name);
    }

    // An empty selector would select everything; here it selects nothing.
    private static LabelQuery Query(ReplicationController controller) =>
        controller.Spec.Selector.IsEmpty ? LabelQuery.Nothing : LabelSelectors.Query(new LabelSelector { MatchLabels = controller.Spec.Selector });

    private static ReplicaSet AsSet(ReplicationController controller) => new()
    {
        Metadata = controller.Metadata,
        Spec = new ReplicaSetSpec { Replicas = controller.Spec.Replicas, MinReadySeconds = controller.Spec.MinReadySeconds, Template = controller.Spec.Template ?? new PodTemplateSpec() },
        Status = new ReplicaSetStatus
        {
            Conditions = controller.Status.Conditions.Select(condition => new ReplicaSetCondition
            {
                Type = condition.Type, Status = condition.Status, Reason = condition.Reason, Message = condition.Message, LastTransitionTime = condition.LastTransitionTime,
            }).ToApiList(),
        },
    };

    private static ReplicationControllerStatus AsOld(ReplicaSetStatus status) => new()
    {
        Replicas = status.Replicas,
        FullyLabeledReplicas = status.FullyLabeledReplicas,
        ReadyReplicas = status.ReadyReplicas,
        AvailableReplicas = status.AvailableReplicas,
        ObservedGeneration = status.ObservedGeneration,
        Conditions = status.Conditions.IsEmpty ? default : status.Conditions.Select(condition => new ReplicationControllerCondition
        {
            Type = condition.Type, Status = condition.Status, Reason = condition.Reason, Message = condition.Message, LastTransitionTime = condition.LastTransitionTime,
        }).ToApiList(),
    };
}
