using System.Collections.Immutable;
using Keelson.Api.Core.V1;
using Keelson.Node.Kubelet.Probes;
using Keelson.Node.Runtime;

namespace Keelson.Node.Kubelet.Pods;

/// <summary>Probes the running containers of one pod and keeps what was found.</summary>
internal sealed class PodHealth(PodWork work, Action changed) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Watch> _watches = new(StringComparer.Ordinal);
    private ImmutableDictionary<string, Health> _found = ImmutableDictionary<string, Health>.Empty;

    /// <summary>Probes what runs now and nothing else; answers with what is known.</summary>
    public ImmutableDictionary<string, Health> Follow(PodView view)
    {
        var running = new HashSet<string>(StringComparer.Ordinal);
        foreach (var spec in view.Pod.Spec.InitContainers.Concat(view.Pod.Spec.Containers))
        {
            if (view.Latest(spec.Name) is not { State: RunState.Running } container) continue;
            if (spec.StartupProbe is null && spec.LivenessProbe is null && spec.ReadinessProbe is null) continue;
            running.Add(container.Id);
            // A pod that ends is not probed for life any more.
            var watch = _watches.GetValueOrDefault(container.Id);
            if (watch is null && !view.IsDeleted) _watches[container.Id] = Begin(view, container, spec);
        }

        foreach (var id in _watches.Keys.Where(id => !running.Contains(id)).ToList())
        {
            _watches[id].Stop.Cancel();
            if (_watches[id].Task.IsCompleted)
            {
                _watches[id].Stop.Dispose();
                _watches.Remove(id);
            }
        }

        lock (_lock)
        {
            _found = _found.RemoveRange(_found.Keys.Where(id => !running.Contains(id)));
            return _found;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var watch in _watches.Values) await watch.Stop.CancelAsync().ConfigureAwait(false);
        foreach (var watch in _watches.Values)
        {
            await watch.Task.ConfigureAwait(false);
            watch.Stop.Dispose();
        }
    }

    private Watch Begin(PodView view, RunContainer container, ApiContainer spec)
    {
        var known = view.Pod.Status.ContainerStatuses.Concat(view.Pod.Status.InitContainerStatuses)
            .FirstOrDefault(status => status.Name == spec.Name && status.ContainerID.EndsWith("://" + container.Id, StringComparison.Ordinal) && status.State.Running is not null);
        var health = new Health(
            Started: spec.StartupProbe is null ? null : known?.Started == true,
            // A kubelet that comes back does not take ready pods out of service.
            Ready: spec.ReadinessProbe is null ? null : known?.Ready == true);
        Set(container.Id, _ => health, tell: false);
        var stop = new CancellationTokenSource();
        return new Watch(stop, Task.Run(() => RunAsync(view, container, spec, health.HasStarted, stop.Token)));
    }

    private async Task RunAsync(PodView view, RunContainer container, ApiContainer spec, bool hasStarted, CancellationToken cancel)
    {
        try
        {
            if (spec.StartupProbe is { } startup && !hasStarted)
            {
                await LoopAsync(view, container, spec, startup, ProbePurpose.Startup, succeeded => Set(container.Id, health => succeeded
                    ? health with { Started = true }
                    : health with { KillMessage = $"Container {spec.Name} failed startup probe, will be restarted", KillGrace = startup.TerminationGracePeriodSeconds }), cancel).ConfigureAwait(false);
            }

            var liveness = spec.LivenessProbe is not { } live ? Task.CompletedTask
                : LoopAsync(view, container, spec, live, ProbePurpose.Liveness, succeeded =>
                {
                    if (!succeeded) Set(container.Id, health => health with { KillMessage = $"Container {spec.Name} failed liveness probe, will be restarted", KillGrace = live.TerminationGracePeriodSeconds });
                }, cancel);
            var readiness = spec.ReadinessProbe is not { } ready ? Task.CompletedTask
                : LoopAsync(view, container, spec, ready, ProbePurpose.Readiness, succeeded => Set(container.Id, health => health with { Ready = succeeded }), cancel);
            await Task.WhenAll(liveness, readiness).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The container has ended.
        }
        catch (Exception failure) when (failure is RuntimeException or IOException or InvalidOperationException)
        {
            work.Options.OnError?.Invoke(failure);
        }
    }

    private Task LoopAsync(PodView view, RunContainer container, ApiContainer spec, Probe probe, ProbePurpose purpose, Action<bool> decide, CancellationToken cancel) =>
        new ProbeLoop(probe, purpose, work.Options.Time).RunAsync(
            container.StartedAt ?? work.Now,
            token => work.Probes.RunAsync(view, container, spec, probe, purpose, token),
            decide,
            output => work.Warn(view.Pod, spec.Name, "Unhealthy", $"{purpose} probe failed: {output}"),
            cancel);

    private void Set(string id, Func<Health, Health> change, bool tell = true)
    {
        lock (_lock)
        {
            var before = _found.GetValueOrDefault(id) ?? Health.Unknown;
            var after = change(before);
            if (after == before && _found.ContainsKey(id)) return;
            _found = _found.SetItem(id, after);
        }

        if (tell) changed();
    }

    private sealed record Watch(CancellationTokenSource Stop, Task Task);
}
