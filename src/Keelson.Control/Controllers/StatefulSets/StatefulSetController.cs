using Keelson.Api.Apps.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Client;
using Keelson.Client.Informers;
using Keelson.Client.Reconciling;
using Keelson.Client.Recording;
using Keelson.Control.Workloads;

namespace Keelson.Control.Controllers.StatefulSets;

/// <summary>Keeps pods that are not interchangeable: each with its name and its claims, started and ended in order.</summary>
internal sealed class StatefulSetController : IController, IReconciler<StatefulSet>
{
    private readonly ControllerContext _context;
    private readonly EventRecorder _recorder;
    private readonly TemplateHistory _history;
    private readonly Informer<StatefulSet> _sets;
    private readonly Informer<Pod> _pods;

    public StatefulSetController(ControllerContext context)
    {
        _context = context;
        _recorder = context.Recorder("statefulset-controller");
        _history = new TemplateHistory(context.Client, context.Informers);
        _sets = context.Informers.For<StatefulSet>();
        _pods = context.Informers.For<Pod>();
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        using var loop = _context.Loop("statefulset-controller", this).Watch(_sets).Watch(_pods, Affected).Watch(_history.Cache, revision => Owners.ControllerKeys<StatefulSet>(revision.Metadata));
        await loop.RunAsync(cancel).ConfigureAwait(false);
    }

    public async Task<Outcome> ReconcileAsync(ObjectKey key, CancellationToken cancel)
    {
        if (_sets.Get(key) is not { } set) return Outcome.Done;
        var candidates = _pods.Snapshot.InNamespace(key.Namespace).Where(pod => StatefulPods.Ordinal(set, pod) is not null);
        var pods = await Claims<Pod>.Sort(candidates, set.Metadata, LabelSelectors.Query(set.Spec.Selector)).ApplyAsync(_context.Client, set, cancel).ConfigureAwait(false);
        var inUse = pods.Select(StatefulPods.Revision).Append(set.Status.CurrentRevision).Append(set.Status.UpdateRevision).ToHashSet();
        var hash = await _history.RecordAsync(set, set.Spec.Template, set.Status.CollisionCount, set.Spec.RevisionHistoryLimit, inUse, cancel).ConfigureAwait(false);
        var update = TemplateHistory.NameOf(set.Metadata, hash);
        var current = set.Status.CurrentRevision.Length > 0 ? set.Status.CurrentRevision : update;
        var plan = StatefulSetPlan.Compute(set, current, update, pods, _context.Now);
        foreach (var (ordinal, revision) in plan.Create) await CreateAsync(set, ordinal, revision, cancel).ConfigureAwait(false);
        foreach (var pod in plan.Delete) await DeleteAsync(set, pod, cancel).ConfigureAwait(false);
        if (plan.Status != set.Status) await _context.Client.Resource<StatefulSet>().UpdateStatusAsync(set with { Status = plan.Status }, cancel: cancel).ConfigureAwait(false);
        return PodFacts.UntilNextAvailable(pods.Where(PodFacts.IsActive), set.Spec.MinReadySeconds, _context.Now) is { } left ? Outcome.After(left) : Outcome.Done;
    }

    private async Task CreateAsync(StatefulSet set, int ordinal, string revision, CancellationToken cancel)
    {
        // A former template that is gone can't come back; the one there is has to do.
        var template = _history.Template(set.Metadata, revision) ?? set.Spec.Template;
        var pod = StatefulPods.Make(set, template, revision, ordinal);
        try
        {
            foreach (var claim in StatefulPods.Claims(set, ordinal)) await ClaimAsync(claim, cancel).ConfigureAwait(false);
            await _context.Client.Resource<Pod>().CreateAsync(pod, cancel: cancel).ConfigureAwait(false);
            _recorder.Record(set, "SuccessfulCreate", $"create Pod {pod.Metadata.Name} in StatefulSet {set.Metadata.Name} successful");
        }
        catch (ApiException late) when (late.IsAlreadyExists || late.IsNamespaceTerminating)
        {
            // The cache does not show it yet, or the namespace goes.
        }
        catch (ApiException failure)
        {
            _recorder.Warn(set, "FailedCreate", $"create Pod {pod.Metadata.Name} in StatefulSet {set.Metadata.Name} failed error: {failure.Message}");
            throw;
        }
    }

    // A claim outlives its pod: the next pod of that name finds what the last one left.
    private async Task ClaimAsync(PersistentVolumeClaim claim, CancellationToken cancel)
    {
        var claims = _context.Client.Resource<PersistentVolumeClaim>().In(claim.Metadata.Namespace);
        if (await claims.FindAsync(claim.Metadata.Name, cancel).ConfigureAwait(false) is null) await claims.CreateAsync(claim, cancel: cancel).ConfigureAwait(false);
    }

    private async Task DeleteAsync(StatefulSet set, Pod pod, CancellationToken cancel)
    {
        try
        {
            var options = new DeleteOptions { Preconditions = new Api.Meta.V1.Preconditions { Uid = pod.Metadata.Uid } };
            await _context.Client.Resource<Pod>().DeleteAsync(new ObjectKey(pod.Metadata.Namespace, pod.Metadata.Name), options, cancel).ConfigureAwait(false);
            _recorder.Record(set, "SuccessfulDelete", $"delete Pod {pod.Metadata.Name} in StatefulSet {set.Metadata.Name} successful");
        }
        catch (ApiException gone) when (gone.IsNotFound || gone.IsConflict)
        {
            // It is gone, or another one has its name.
        }
    }

    private IEnumerable<ObjectKey> Affected(Pod pod)
    {
        if (Owners.ControllerOf(pod.Metadata) is not null) return Owners.ControllerKeys<StatefulSet>(pod.Metadata);
        return
            from set in _sets.Snapshot.InNamespace(pod.Metadata.Namespace)
            where LabelSelectors.Query(set.Spec.Selector).Matches(pod.Metadata.Labels)
            select new ObjectKey(set.Metadata.Namespace, set.Metadata.Name);
    }
}
