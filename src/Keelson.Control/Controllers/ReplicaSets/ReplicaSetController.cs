using System.Runtime.ExceptionServices;
using Keelson.Api.Apps.V1;
using Keelson.Api.Core.V1;
using Keelson.Client;
using Keelson.Client.Informers;
using Keelson.Client.Reconciling;
using Keelson.Control.Workloads;

namespace Keelson.Control.Controllers.ReplicaSets;

/// <summary>Keeps as many pods of a template as each set asks for.</summary>
internal sealed class ReplicaSetController : IController, IReconciler<ReplicaSet>
{
    private readonly ControllerContext _context;
    private readonly PodControl _pods;
    private readonly Informer<ReplicaSet> _setCache;
    private readonly Informer<Pod> _podCache;

    public ReplicaSetController(ControllerContext context)
    {
        _context = context;
        _pods = new PodControl(context.Client, context.Recorder("replicaset-controller"), new Expectations(context.Time));
        _setCache = context.Informers.For<ReplicaSet>();
        _podCache = context.Informers.For<Pod>();
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        using var observer = _podCache.AddHandler(_pods.Watcher<ReplicaSet>());
        using var loop = _context.Loop("replicaset-controller", this).Watch(_setCache).Watch(_podCache, Affected);
        await loop.RunAsync(cancel).ConfigureAwait(false);
    }

    public async Task<Outcome> ReconcileAsync(ObjectKey key, CancellationToken cancel)
    {
        if (_setCache.Get(key) is not { } set)
        {
            _pods.Forget(key);
            return Outcome.Done;
        }

        var candidates = _podCache.Snapshot.InNamespace(key.Namespace).Where(pod => !PodFacts.HasEnded(pod) || Owners.IsControlledBy(pod.Metadata, set.Metadata.Uid));
        var claims = Claims<Pod>.Sort(candidates, set.Metadata, LabelSelectors.Query(set.Spec.Selector));
        // Before the cache shows what was done last, its count of pods is wrong.
        var isSettled = _pods.IsSettled(key);
        var owned = await claims.ApplyAsync(_context.Client, set, cancel).ConfigureAwait(false);
        var failure = isSettled ? await ApplyAsync(set, ReplicaSetPlan.Compute(set, owned, Related(set), _context.Now), cancel).ConfigureAwait(false) : null;
        var status = ReplicaSetPlan.Status(set, owned, failure, _context.Now);
        if (status != set.Status) await _context.Client.Resource<ReplicaSet>().UpdateStatusAsync(set with { Status = status }, cancel: cancel).ConfigureAwait(false);
        if (failure is ApiException { IsNamespaceTerminating: true }) return Outcome.Done;
        if (failure is not null) ExceptionDispatchInfo.Throw(failure);
        return PodFacts.UntilNextAvailable(owned.Where(PodFacts.IsActive), set.Spec.MinReadySeconds, _context.Now) is { } left ? Outcome.After(left) : Outcome.Done;
    }

    private async Task<Exception?> ApplyAsync(ReplicaSet set, ReplicaSetPlan plan, CancellationToken cancel)
    {
        if (plan.Delete.Count > 0) return await _pods.DeleteAsync(set, plan.Delete, cancel).ConfigureAwait(false);
        if (plan.Create == 0) return null;
        var reference = Owners.ControllerReference(set);
        return await _pods.CreateAsync(set, plan.Create, _ => PodTemplates.ToPod(set.Spec.Template, set.Metadata, reference), cancel).ConfigureAwait(false);
    }

    private IEnumerable<Pod> Related(ReplicaSet set)
    {
        var owner = Owners.ControllerOf(set.Metadata)?.Uid;
        var siblings = _setCache.Snapshot.InNamespace(set.Metadata.Namespace)
            .Where(other => other.Metadata.Uid == set.Metadata.Uid || (owner is not null && Owners.IsControlledBy(other.Metadata, owner)))
            .Select(other => other.Metadata.Uid)
            .ToHashSet();
        return _podCache.Snapshot.InNamespace(set.Metadata.Namespace).Where(pod => Owners.ControllerOf(pod.Metadata) is { } controller && siblings.Contains(controller.Uid));
    }

    // A pod without a controller concerns every set that selects it.
    private IEnumerable<ObjectKey> Affected(Pod pod)
    {
        if (Owners.ControllerOf(pod.Metadata) is not null) return Owners.ControllerKeys<ReplicaSet>(pod.Metadata);
        return
            from set in _setCache.Snapshot.InNamespace(pod.Metadata.Namespace)
            where LabelSelectors.Query(set.Spec.Selector).Matches(pod.Metadata.Labels)
            select new ObjectKey(set.Metadata.Namespace, set.Metadata.Name);
    }
}
