using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Client;
using Keelson.Client.Recording;
using Keelson.Client.Resources;
using Keelson.Control.Scheduler.Cache;
using Keelson.Control.Scheduler.Framework;

namespace Keelson.Control.Scheduler;

/// <summary>Carries out what was decided, many at once but not too many, while the loop goes on.</summary>
internal sealed class Executor(ApiClient client, EventRecorder recorder, Inbox inbox, SchedulerOptions options)
{
    /// <summary>How long a request may take; default 30 s.</summary>
    private static readonly TimeSpan RequestLimit = TimeSpan.FromSeconds(30);

    private readonly ResourceClient<Pod> _pods = client.Resource<Pod>();
    private readonly TimeProvider _time = client.Options.Time;
    private readonly SemaphoreSlim _room = new(options.Concurrency);
    private readonly Lock _lock = new();
    private readonly List<Task> _running = [];

    public Func<PodInfo, Profile>? ProfileOf { get; set; }

    /// <summary>Waits until there is room for one more.</summary>
    public async Task WaitForRoomAsync(CancellationToken cancel)
    {
        await _room.WaitAsync(cancel).ConfigureAwait(false);
        _room.Release();
    }

    /// <summary>Begins to carry a decision out; room has been waited for, and only one thread starts.</summary>
    public void Start(Decision decision, CancellationToken cancel)
    {
        if (!_room.Wait(0, CancellationToken.None)) throw new InvalidOperationException("There is no room for one more.");
        var task = Task.Run(() => ExecuteAsync(decision, cancel), CancellationToken.None);
        lock (_lock)
        {
            _running.RemoveAll(static begun => begun.IsCompleted);
            _running.Add(task);
        }
    }

    /// <summary>Waits for all that was begun.</summary>
    public Task DrainAsync()
    {
        lock (_lock) return Task.WhenAll(_running);
    }

    public Task BindAsync(PodInfo pod, string node, CancellationToken cancel) =>
        _pods.In(pod.Key.Namespace).BindAsync(pod.Key.Name, node, pod.Uid, cancel);

    private async Task ExecuteAsync(Decision decision, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(RequestLimit, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            if (decision.Node is { } node) await BindAsync(decision, node, both.Token).ConfigureAwait(false);
            else await ReportAsync(decision, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The scheduler ends; whoever comes next begins with what the API server has.
        }
        catch (Exception failure)
        {
            options.OnError?.Invoke(failure);
        }
        finally
        {
            _room.Release();
        }
    }

    private async Task BindAsync(Decision decision, string node, CancellationToken cancel)
    {
        var isBound = false;
        try
        {
            var profile = ProfileOf!(decision.Pod);
            foreach (var plugin in profile.PreBinds) await plugin.PreBindAsync(decision.Pod, node, cancel).ConfigureAwait(false);
            foreach (var plugin in profile.Binds)
            {
                if (await plugin.BindAsync(decision.Pod, node, cancel).ConfigureAwait(false)) break;
            }

            isBound = true;
            recorder.Record(decision.Pod.Pod, "Scheduled", $"Successfully assigned {decision.Pod.Key} to {node}");
            foreach (var plugin in profile.PostBinds) plugin.PostBind(decision.Pod, node);
        }
        catch (ApiException refused) when (refused.IsNotFound)
        {
            // The pod is gone; there is nobody to tell.
        }
        catch (ApiException refused)
        {
            recorder.Warn(decision.Pod.Pod, "FailedScheduling", $"running Bind plugin \"DefaultBinder\": {refused.Message}");
            options.OnError?.Invoke(refused);
        }
        finally
        {
            inbox.Binding(new BindingEnd(decision, isBound));
        }
    }

    private async Task ReportAsync(Decision decision, CancellationToken cancel)
    {
        var pod = decision.Pod;
        recorder.Warn(pod.Pod, "FailedScheduling", decision.Message);
        await TellStatusAsync(decision, cancel).ConfigureAwait(false);
        foreach (var victim in decision.Room?.Victims ?? []) await EvictAsync(victim, pod, decision.Room!.Node!, cancel).ConfigureAwait(false);
    }

    private async Task TellStatusAsync(Decision decision, CancellationToken cancel)
    {
        var pod = decision.Pod.Pod;
        var condition = new PodCondition
        {
            Type = PodConditionType.PodScheduled,
            Status = ConditionStatus.False,
            Reason = "Unschedulable",
            Message = decision.Message,
            ObservedGeneration = pod.Metadata.Generation,
        };
        var before = pod.Status.Conditions.FirstOrDefault(known => known.Type == condition.Type);
        var nominated = decision.Room?.Node is { } node && node != pod.Status.NominatedNodeName ? node : null;
        if (nominated is null && before is not null && before.Status == condition.Status && before.Reason == condition.Reason && before.Message == condition.Message) return;
        await PatchAsync(decision.Pod, Changed(before, condition), nominated, cancel).ConfigureAwait(false);
    }

    private async Task EvictAsync(PodInfo victim, PodInfo preemptor, string node, CancellationToken cancel)
    {
        var condition = new PodCondition
        {
            Type = PodConditionType.DisruptionTarget,
            Status = ConditionStatus.True,
            Reason = "PreemptionByScheduler",
            Message = $"{preemptor.Pod.Spec.SchedulerName}: preempting to accommodate a higher priority pod",
            ObservedGeneration = victim.Pod.Metadata.Generation,
        };
        try
        {
            await PatchAsync(victim, Changed(null, condition), null, cancel).ConfigureAwait(false);
            await _pods.DeleteAsync(victim.Key, new DeleteOptions { Preconditions = new Api.Meta.V1.Preconditions { Uid = victim.Uid } }, cancel).ConfigureAwait(false);
            recorder.Record(victim.Pod, "Preempted", $"Preempted by pod {preemptor.Uid} on node {node}");
        }
        catch (ApiException gone) when (gone.IsNotFound || gone.IsConflict)
        {
            // It went by itself, and another of its name may have come.
        }
    }

    private PodCondition Changed(PodCondition? before, PodCondition now) =>
        now with { LastTransitionTime = before?.Status == now.Status ? before.LastTransitionTime : Api.Time.FromDateTimeOffset(_time.GetUtcNow()) };

    private async Task PatchAsync(PodInfo pod, PodCondition condition, string? nominated, CancellationToken cancel)
    {
        try
        {
            await _pods.In(pod.Key.Namespace).PatchAsync(pod.Key.Name, StatusPatch.Of(pod.Uid, condition, nominated), subresource: "status", cancel: cancel).ConfigureAwait(false);
        }
        catch (ApiException gone) when (gone.IsNotFound || gone.IsConflict)
        {
            // Gone, or another of its name: there is nobody to tell.
        }
    }
}
