using Keelson.Api;
using Keelson.Api.Apps.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Api.Policy.V1;
using Keelson.Client;
using Keelson.Client.Informers;
using Keelson.Client.Reconciling;
using Keelson.Client.Recording;
using Keelson.Control.Workloads;

namespace Keelson.Control.Controllers.Disruption;

/// <summary>Keeps count of how many pods each disruption budget can spare.</summary>
internal sealed class DisruptionController : IController, IReconciler<PodDisruptionBudget>
{
    private readonly ControllerContext _context;
    private readonly EventRecorder _recorder;
    private readonly Informer<PodDisruptionBudget> _budgets;
    private readonly Informer<Pod> _pods;
    private readonly Informer<ReplicaSet> _sets;
    private readonly Informer<Deployment> _deployments;
    private readonly Informer<StatefulSet> _statefulSets;
    private readonly Informer<ReplicationController> _controllers;

    public DisruptionController(ControllerContext context)
    {
        _context = context;
        _recorder = context.Recorder("controllermanager");
        _budgets = context.Informers.For<PodDisruptionBudget>();
        _pods = context.Informers.For<Pod>();
        _sets = context.Informers.For<ReplicaSet>();
        _deployments = context.Informers.For<Deployment>();
        _statefulSets = context.Informers.For<StatefulSet>();
        _controllers = context.Informers.For<ReplicationController>();
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        using var loop = _context.Loop("disruption-controller", this)
            .Watch(_budgets)
            .Watch(_pods, pod => Covering(pod.Metadata.Namespace, budget => Query(budget).Matches(pod.Metadata.Labels)))
            .Watch(_sets, set => Covering(set.Metadata.Namespace, DisruptionPlan.NeedsScale))
            .Watch(_deployments, deployment => Covering(deployment.Metadata.Namespace, DisruptionPlan.NeedsScale))
            .Watch(_statefulSets, set => Covering(set.Metadata.Namespace, DisruptionPlan.NeedsScale))
            .Watch(_controllers, controller => Covering(controller.Metadata.Namespace, DisruptionPlan.NeedsScale));
        await loop.RunAsync(cancel).ConfigureAwait(false);
    }

    public async Task<Outcome> ReconcileAsync(ObjectKey key, CancellationToken cancel)
    {
        if (_budgets.Get(key) is not { } budget) return Outcome.Done;
        var query = Query(budget);
        var pods = _pods.Snapshot.InNamespace(key.Namespace).Where(pod => query.Matches(pod.Metadata.Labels)).ToList();
        if (pods.Count == 0) _recorder.Record(budget, "NoPods", "No matching pods found");
        var expectation = DisruptionPlan.NeedsScale(budget) ? await ExpectAsync(pods, cancel).ConfigureAwait(false) : new DisruptionPlan.Expectation(null, null, 0);
        var plan = DisruptionPlan.Compute(budget, pods, expectation, _context.Now);
        if (plan.Failure is { } failure) _recorder.Warn(budget, "CalculateExpectedPodCountFailed", $"Failed to calculate the number of expected pods: {failure}");
        else if (plan.Unmanaged > 0) _recorder.Warn(budget, "UnmanagedPods", $"{plan.Unmanaged} of the pods that this budget selects have no controller, so they do not count.");
        if (plan.Status != budget.Status) await _context.Client.Resource<PodDisruptionBudget>().UpdateStatusAsync(budget with { Status = plan.Status }, cancel: cancel).ConfigureAwait(false);
        return plan.Recheck;
    }

    // Owners of one kind count once, however many of their pods there are.
    private async Task<DisruptionPlan.Expectation> ExpectAsync(List<Pod> pods, CancellationToken cancel)
    {
        var (scales, unmanaged) = (new Dictionary<string, int>(), 0);
        foreach (var group in pods.GroupBy(pod => Owners.ControllerOf(pod.Metadata)?.Uid))
        {
            var pod = group.First();
            if (Owners.ControllerOf(pod.Metadata) is not { } owner)
            {
                unmanaged += group.Count();
                continue;
            }

            var (uid, scale, failure) = await ScaleAsync(pod.Metadata.Namespace, owner, cancel).ConfigureAwait(false);
            if (failure is not null) return new DisruptionPlan.Expectation(null, failure, unmanaged);
            scales[uid] = scale;
        }

        return new DisruptionPlan.Expectation(scales.Values.Sum(), null, unmanaged);
    }

    private async Task<(string Uid, int Scale, string? Failure)> ScaleAsync(string inNamespace, OwnerReference owner, CancellationToken cancel)
    {
        var key = new ObjectKey(inNamespace, owner.Name);
        if (Is<ReplicaSet>(owner) && _sets.Get(key) is { } set && set.Metadata.Uid == owner.Uid)
        {
            if (Owners.ControllerOf(set.Metadata) is { } above && Is<Deployment>(above) && _deployments.Get(new ObjectKey(inNamespace, above.Name)) is { } deployment && deployment.Metadata.Uid == above.Uid)
            {
                return (deployment.Metadata.Uid, deployment.Spec.Replicas ?? 1, null);
            }

            return (set.Metadata.Uid, set.Spec.Replicas ?? 1, null);
        }

        if (Is<StatefulSet>(owner) && _statefulSets.Get(key) is { } stateful && stateful.Metadata.Uid == owner.Uid) return (owner.Uid, stateful.Spec.Replicas ?? 1, null);
        if (Is<ReplicationController>(owner) && _controllers.Get(key) is { } controller && controller.Metadata.Uid == owner.Uid) return (owner.Uid, controller.Spec.Replicas ?? 1, null);
        return await AskForScaleAsync(inNamespace, owner, cancel).ConfigureAwait(false);
    }

    // Owners of any other kind may have a scale, too.
    private async Task<(string Uid, int Scale, string? Failure)> AskForScaleAsync(string inNamespace, OwnerReference owner, CancellationToken cancel)
    {
        var mapper = await _context.Client.Discovery.GetMapperAsync(cancel).ConfigureAwait(false);
        if (Api.GroupVersionKind.Parse(owner.ApiVersion, owner.Kind) is not { } kind || mapper.Find(kind) is not { } resource) return (owner.Uid, 0, $"no matches for kind \"{owner.Kind}\" in version \"{owner.ApiVersion}\"");
        try
        {
            var scale = await _context.Client.Dynamic(resource).In(inNamespace).GetScaleAsync(owner.Name, cancel).ConfigureAwait(false);
            return (owner.Uid, scale.Spec.Replicas, null);
        }
        catch (ApiException none) when (none.IsNotFound || none.IsMethodNotAllowed)
        {
            return (owner.Uid, 0, $"{resource} does not implement the scale subresource");
        }
    }

    private IEnumerable<ObjectKey> Covering(string inNamespace, Func<PodDisruptionBudget, bool> matches) =>
        _budgets.Snapshot.InNamespace(inNamespace).Where(matches).Select(budget => new ObjectKey(inNamespace, budget.Metadata.Name));

    private static bool Is<T>(OwnerReference owner)
        where T : class, IResource<T> => owner.Kind == T.GroupVersionKind.Kind && Api.GroupVersionKind.Parse(owner.ApiVersion, owner.Kind)?.Group == T.GroupVersionKind.Group;

    private static Api.Selectors.LabelQuery Query(PodDisruptionBudget budget) => LabelSelectors.Query(budget.Spec.Selector);
}
