using System.Collections.Concurrent;
using Keelson.Api.Core.V1;
using Keelson.Node.Kubelet.Logs;
using Keelson.Node.Runtime;

namespace Keelson.Node.Kubelet.Pods;

/// <summary>The pods of one node, each with its worker; also what runs without a pod, which is removed.</summary>
internal sealed class PodSet(PodWork work) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (PodWorker Worker, Task Task)> _workers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _podOf = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private Dictionary<string, string> _seen = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset _nextHousekeeping;
    private bool _isOpen;

    public int Count
    {
        get { lock (_lock) return _workers.Count; }
    }

    /// <summary>Takes a pod as the API server has it now.</summary>
    public void Offer(Pod pod)
    {
        lock (_lock)
        {
            if (_stop.IsCancellationRequested) return;
            if (_workers.TryGetValue(pod.Metadata.Uid, out var known)) known.Worker.Offer(pod);
            else Begin(pod, isGone: false);
        }
    }

    /// <summary>Notes that the API server has the pod no more.</summary>
    public void Lose(Pod pod)
    {
        lock (_lock)
        {
            if (!_workers.TryGetValue(pod.Metadata.Uid, out var known)) return;
            known.Worker.Offer(pod);
            known.Worker.Lose();
            // Whoever takes its place may come at once.
            work.Admission.Release(pod.Metadata.Uid);
        }
    }

    /// <summary>Has a pod fail.</summary>
    public void Evict(string uid, PodVerdict verdict)
    {
        lock (_lock)
        {
            if (_workers.TryGetValue(uid, out var known)) known.Worker.Evict(verdict);
        }
    }

    /// <summary>From now on all pods are known, so that what belongs to none may be removed.</summary>
    public void Open()
    {
        _isOpen = true;
        _opened.TrySetResult();
    }

    /// <summary>Follows what happens to containers, until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        var offersEvents = await OffersEventsAsync(cancel).ConfigureAwait(false);
        var watching = offersEvents ? WatchAsync(cancel) : Task.CompletedTask;
        try
        {
            while (true)
            {
                try
                {
                    await RelistAsync(cancel).ConfigureAwait(false);
                }
                catch (RuntimeException failure)
                {
                    work.Options.OnError?.Invoke(failure);
                }

                await Task.Delay(offersEvents ? work.Options.SlowRelistPeriod : work.Options.RelistPeriod, work.Options.Time, cancel).ConfigureAwait(false);
            }
        }
        finally
        {
            await watching.ConfigureAwait(false);
        }
    }

    /// <summary>Ends the workers; containers are left as they are.</summary>
    public async ValueTask DisposeAsync()
    {
        List<(PodWorker Worker, Task Task)> all;
        await _stop.CancelAsync().ConfigureAwait(false);
        lock (_lock) all = [.. _workers.Values];
        foreach (var (_, task) in all) await task.ConfigureAwait(false);
        _stop.Dispose();
    }

    private void Begin(Pod pod, bool isGone)
    {
        if (!isGone && pod.Status is { StartTime: not null, Phase: not (PodPhase.Failed or PodPhase.Succeeded) }) work.Admission.Admit(pod, hasRun: true);
        var worker = new PodWorker(work, pod, (id, uid) => _podOf[id] = uid);
        if (isGone) worker.Lose();
        _workers[pod.Metadata.Uid] = (worker, Task.Run(() => RunAsync(pod.Metadata.Uid, worker)));
    }

    private async Task RunAsync(string uid, PodWorker worker)
    {
        try
        {
            // What runs already is counted before anything new is taken on.
            await _opened.Task.WaitAsync(_stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await worker.RunAsync(_stop.Token).ConfigureAwait(false);
        }
        finally
        {
            await worker.DisposeAsync().ConfigureAwait(false);
            lock (_lock) _workers.Remove(uid);
            foreach (var (id, owner) in _podOf)
            {
                if (owner == uid) _podOf.TryRemove(id, out _);
            }
        }
    }

    private async Task<bool> OffersEventsAsync(CancellationToken cancel)
    {
        try
        {
            return await work.Runtime.OffersEventsAsync(cancel).ConfigureAwait(false);
        }
        catch (RuntimeException)
        {
            return false;
        }
    }

    private async Task WatchAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await foreach (var item in work.Runtime.WatchAsync(cancel).ConfigureAwait(false))
                {
                    // Some runtimes name only what it happened to. What is not known by that name was not started yet, and
                    // what the kubelet itself does it looks at again anyway: of those, only ends are news.
                    var isNews = item.SandboxId is not null || item.Kind is ContainerEventKind.Stopped or ContainerEventKind.Deleted;
                    if (isNews && _podOf.TryGetValue(item.SandboxId ?? item.ContainerId, out var uid)) Wake(uid);
                }
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (RuntimeException failure)
            {
                work.Options.OnError?.Invoke(failure);
            }

            // What happened before the next watch is seen by looking everywhere once.
            await Task.Delay(work.Options.RelistPeriod, work.Options.Time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            WakeAll();
        }
    }

    private void Wake(string uid)
    {
        lock (_lock)
        {
            if (_workers.TryGetValue(uid, out var known)) known.Worker.Wake();
        }
    }

    private void WakeAll()
    {
        lock (_lock)
        {
            foreach (var (worker, _) in _workers.Values) worker.Wake();
        }
    }

    private async Task RelistAsync(CancellationToken cancel)
    {
        var sandboxes = await work.Runtime.ListSandboxesAsync(SandboxFilter.All, cancel).ConfigureAwait(false);
        var containers = await work.Runtime.ListContainersAsync(ContainerFilter.All, cancel).ConfigureAwait(false);
        var pods = sandboxes.ToDictionary(sandbox => sandbox.Id, sandbox => sandbox.Uid, StringComparer.Ordinal);
        var now = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var sandbox in sandboxes) now[sandbox.Uid] = $"{now.GetValueOrDefault(sandbox.Uid)} {sandbox.Id}:{sandbox.State}";
        foreach (var container in containers)
        {
            if (pods.TryGetValue(container.SandboxId, out var uid)) now[uid] = $"{now[uid]} {container.Id}:{container.State}";
        }

        foreach (var uid in now.Keys.Union(_seen.Keys).ToList())
        {
            if (now.GetValueOrDefault(uid) != _seen.GetValueOrDefault(uid)) Wake(uid);
        }

        _seen = now;
        if (!_isOpen) return;
        Adopt(sandboxes);
        if (work.Now < _nextHousekeeping) return;
        _nextHousekeeping = work.Now + work.Options.HousekeepingPeriod;
        RemoveOrphans();
    }

    /// <summary>Removes files and groups of pods that ended while no kubelet looked.</summary>
    private void RemoveOrphans()
    {
        try
        {
            work.Volumes?.RemoveOrphans(IsKnown);
            if (work.Options.LogDirectory is { } logs) LogKeeper.RemoveOrphans(logs, IsKnown);
            foreach (var uid in work.Cgroups?.Uids().Where(uid => !IsKnown(uid)) ?? []) work.Cgroups!.Remove(uid);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            work.Options.OnError?.Invoke(failure);
        }
    }

    private bool IsKnown(string uid)
    {
        lock (_lock) return _workers.ContainsKey(uid);
    }

    /// <summary>Gives what runs without a pod to a worker that ends it.</summary>
    private void Adopt(IReadOnlyList<Sandbox> sandboxes)
    {
        lock (_lock)
        {
            foreach (var sandbox in sandboxes)
            {
                // Only what carries a kubelet's label is a kubelet's to remove.
                if (_stop.IsCancellationRequested || _workers.ContainsKey(sandbox.Uid) || sandbox.Labels.GetValueOrDefault(KubeletLabels.PodUid) != sandbox.Uid) continue;
                var metadata = new Keelson.Api.Meta.V1.ObjectMeta { Name = sandbox.Name, Namespace = sandbox.Namespace, Uid = sandbox.Uid };
                Begin(new Pod { Metadata = metadata }, isGone: true);
            }
        }
    }
}
