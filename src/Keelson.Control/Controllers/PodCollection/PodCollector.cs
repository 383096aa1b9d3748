using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Client;
using Keelson.Client.Informers;
using Keelson.Control.Workloads;

namespace Keelson.Control.Controllers.PodCollection;

/// <summary>Removes pods that nobody else will: of vanished nodes, never scheduled and to go, or ended and too many.</summary>
internal sealed class PodCollector : IController
{
    private const string Name = "pod-garbage-collector-controller";

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(20);

    /// <summary>For how long a node has to be missing; a cache may be behind.</summary>
    private static readonly TimeSpan Quarantine = TimeSpan.FromSeconds(40);

    private readonly ControllerContext _context;
    private readonly Informer<Node> _nodes;
    private readonly Informer<Pod> _pods;

    // By name, when a node was first missed; no more than there are names in pods.
    private readonly Dictionary<string, DateTimeOffset> _missed = new(StringComparer.Ordinal);

    public PodCollector(ControllerContext context)
    {
        _context = context;
        _nodes = context.Informers.For<Node>();
        _pods = context.Informers.For<Pod>();
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            await _nodes.WaitForSyncAsync(cancel).ConfigureAwait(false);
            await _pods.WaitForSyncAsync(cancel).ConfigureAwait(false);
            while (true)
            {
                await CollectAsync(cancel).ConfigureAwait(false);
                await Task.Delay(Period, _context.Time, cancel).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // That is how it ends.
        }
    }

    private async Task CollectAsync(CancellationToken cancel)
    {
        var pods = _pods.Snapshot.All.ToList();
        var nodes = _nodes.Snapshot.All.ToDictionary(node => node.Metadata.Name);
        IReadOnlySet<string> gone;
        try
        {
            gone = await FindGoneAsync(pods, nodes, cancel).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is ApiException or HttpRequestException or TimeoutException or IOException)
        {
            _context.Report(Name, default, 0, failure);
            return;
        }

        var plan = PodCollectionPlan.Compute(pods, nodes, gone, _context.Options.TerminatedPodThreshold);
        foreach (var pod in plan.Ended) await RemoveAsync(pod, null, cancel).ConfigureAwait(false);
        foreach (var pod in plan.OutOfService) await RemoveAsync(pod, null, cancel).ConfigureAwait(false);
        foreach (var pod in plan.Orphaned) await RemoveAsync(pod, "PodGC: node no longer exists", cancel).ConfigureAwait(false);
        foreach (var pod in plan.Unscheduled) await RemoveAsync(pod, null, cancel).ConfigureAwait(false);
    }

    private async Task<HashSet<string>> FindGoneAsync(List<Pod> pods, Dictionary<string, Node> nodes, CancellationToken cancel)
    {
        var now = _context.Time.GetUtcNow();
        var missing = pods.Select(pod => pod.Spec.NodeName).Where(name => name.Length > 0 && !nodes.ContainsKey(name)).ToHashSet(StringComparer.Ordinal);
        foreach (var name in _missed.Keys.Where(name => !missing.Contains(name)).ToList()) _missed.Remove(name);
        var gone = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in missing)
        {
            if (!_missed.TryAdd(name, now) && now - _missed[name] >= Quarantine
                && await _context.Client.Resource<Node>().FindAsync(name, cancel).ConfigureAwait(false) is null) gone.Add(name);
        }

        return gone;
    }

    private async Task RemoveAsync(Pod pod, string? reason, CancellationToken cancel)
    {
        var pods = _context.Client.Resource<Pod>().In(pod.Metadata.Namespace);
        try
        {
            // Whoever counts pods must not take one for running that will never tell.
            if (!PodFacts.HasEnded(pod)) await pods.UpdateStatusAsync(pod with { Status = Failed(pod, reason) }, cancel: cancel).ConfigureAwait(false);
            await pods.DeleteAsync(pod.Metadata.Name, new DeleteOptions { GracePeriodSeconds = 0, Preconditions = new Api.Meta.V1.Preconditions { Uid = pod.Metadata.Uid } }, cancel).ConfigureAwait(false);
        }
        catch (ApiException gone) when (gone.IsNotFound || gone.IsConflict)
        {
            // It is gone, or changes; then the next round looks again.
        }
        catch (Exception failure) when (failure is ApiException or HttpRequestException or TimeoutException or IOException)
        {
            _context.Report(Name, new ObjectKey(pod.Metadata.Namespace, pod.Metadata.Name), 0, failure);
        }
    }

    private PodStatus Failed(Pod pod, string? reason)
    {
        var status = pod.Status with { Phase = PodPhase.Failed };
        if (reason is null) return status;
        var condition = new PodCondition { Type = PodConditionType.DisruptionTarget, Status = ConditionStatus.True, Reason = "DeletionByPodGC", Message = reason, LastTransitionTime = _context.Now };
        return status with { Conditions = status.Conditions.RemoveAll(other => other.Type == condition.Type).Add(condition) };
    }
}
