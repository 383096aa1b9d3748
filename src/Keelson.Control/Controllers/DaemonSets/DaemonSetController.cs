using System.Runtime.ExceptionServices;
using Keelson.Api.Apps.V1;
using Keelson.Api.Core.V1;
using Keelson.Client;
using Keelson.Client.Informers;
using Keelson.Client.Queues;
using Keelson.Client.Reconciling;
using Keelson.Client.Recording;
using Keelson.Control.Workloads;

namespace Keelson.Control.Controllers.DaemonSets;

/// <summary>Keeps one pod on every node that a set is meant for.</summary>
internal sealed class DaemonSetController : IController, IReconciler<DaemonSet>
{
    /// <summary>How long a node waits for a new pod after its pod ended by itself; doubles up to the longest. As upstream.</summary>
    private static readonly Backoff EndedPause = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(15));

    private static readonly HashSet<string> NoneInUse = [];

    private readonly ControllerContext _context;
    private readonly EventRecorder _recorder;
    private readonly PodControl _control;
    private readonly IRateLimiter<ObjectKey> _pauses = RateLimiters.Exponential<ObjectKey>(EndedPause);
    private readonly Informer<DaemonSet> _sets;
    private readonly Informer<Pod> _pods;
    private readonly Informer<Node> _nodes;
    private readonly TemplateHistory _history;

    public DaemonSetController(ControllerContext context)
    {
        _context = context;
        _recorder = context.Recorder("daemonset-controller");
        _control = new PodControl(context.Client, _recorder, new Expectations(context.Time));
        _sets = context.Informers.For<DaemonSet>();
        _pods = context.Informers.For<Pod>();
        _nodes = context.Informers.For<Node>();
        _history = new TemplateHistory(context.Client, context.Informers);
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        using var observer = _pods.AddHandler(_control.Watcher<DaemonSet>());
        using var loop = _context.Loop("daemonset-controller", this).Watch(_sets).Watch(_pods, Affected).Watch(_history.Cache, _ => []).Watch(_nodes, _ => _sets.Snapshot.All.Select(Key));
        await loop.RunAsync(cancel).ConfigureAwait(false);
    }

    public async Task<Outcome> ReconcileAsync(ObjectKey key, CancellationToken cancel)
    {
        if (_sets.Get(key) is not { } set)
        {
            _control.Forget(key);
            return Outcome.Done;
        }

        if (set.Metadata.DeletionTimestamp is not null) return Outcome.Done;
        var claims = Claims<Pod>.Sort(_pods.Snapshot.InNamespace(key.Namespace), set.Metadata, LabelSelectors.Query(set.Spec.Selector));
        var isSettled = _control.IsSettled(key);
        var pods = await claims.ApplyAsync(_context.Client, set, cancel).ConfigureAwait(false);
        var hash = await _history.RecordAsync(set, set.Spec.Template, set.Status.CollisionCount, set.Spec.RevisionHistoryLimit, NoneInUse, cancel).ConfigureAwait(false);
        var plan = DaemonSetPlan.Compute(set, hash, [.. _nodes.Snapshot.All], pods, _context.Now);
        var (failure, next) = isSettled ? await ApplyAsync(set, hash, plan, cancel).ConfigureAwait(false) : (null, null);
        if (plan.Status != set.Status) await _context.Client.Resource<DaemonSet>().UpdateStatusAsync(set with { Status = plan.Status }, cancel: cancel).ConfigureAwait(false);
        if (failure is ApiException { IsNamespaceTerminating: true }) return Outcome.Done;
        if (failure is not null) ExceptionDispatchInfo.Throw(failure);
        next ??= PodFacts.UntilNextAvailable(pods.Where(PodFacts.IsActive), set.Spec.MinReadySeconds, _context.Now);
        return next is { } delay ? Outcome.After(delay) : Outcome.Done;
    }

    private async Task<(Exception? Failure, TimeSpan? Next)> ApplyAsync(DaemonSet set, string hash, DaemonSetPlan plan, CancellationToken cancel)
    {
        var delete = plan.Delete.ToList();
        TimeSpan? next = null;
        foreach (var pod in plan.Ended)
        {
            var pause = PauseLeft(set, pod);
            if (pause > TimeSpan.Zero)
            {
                next = next is { } earlier && earlier < pause ? earlier : pause;
                continue;
            }

            delete.Add(pod);
            var (reason, how) = pod.Status.Phase == PodPhase.Failed ? ("FailedDaemonPod", "failed") : ("SucceededDaemonPod", "succeeded");
            var message = $"Found {how} daemon pod {pod.Metadata.Namespace}/{pod.Metadata.Name} on node {pod.Spec.NodeName}, will try to {(how == "failed" ? "kill" : "delete")} it";
            _recorder.Record(EventRecorder.Reference(set), how == "failed" ? EventRecorder.Warning : EventRecorder.Normal, reason, message);
        }

        if (delete.Count > 0) return (await _control.DeleteAsync(set, delete, cancel).ConfigureAwait(false), next);
        if (plan.Create.Count == 0) return (null, next);
        return (await _control.CreateAsync(set, plan.Create.Count, index => DaemonPods.Make(set, hash, plan.Create[index]), cancel).ConfigureAwait(false), next);
    }

    // Each pod that ended makes its node wait longer; the pause runs from when the pod was made, so that one that ran long is replaced at once.
    private TimeSpan PauseLeft(DaemonSet set, Pod pod)
    {
        var place = new ObjectKey(set.Metadata.Uid, DaemonPods.NodeOf(pod));
        var failures = _pauses.Failures(place);
        var left = pod.Metadata.CreationTimestamp + EndedPause.After(failures) - _context.Now;
        if (left > TimeSpan.Zero) return left;
        if (_context.Now - pod.Metadata.CreationTimestamp > EndedPause.After(failures) * 2) _pauses.Forget(place);
        _pauses.When(place);
        return TimeSpan.Zero;
    }

    private IEnumerable<ObjectKey> Affected(Pod pod)
    {
        if (Owners.ControllerOf(pod.Metadata) is not null) return Owners.ControllerKeys<DaemonSet>(pod.Metadata);
        return _sets.Snapshot.InNamespace(pod.Metadata.Namespace).Where(set => LabelSelectors.Query(set.Spec.Selector).Matches(pod.Metadata.Labels)).Select(Key);
    }

    private static ObjectKey Key(DaemonSet set) => new(set.Metadata.Namespace, set.Metadata.Name);
}
