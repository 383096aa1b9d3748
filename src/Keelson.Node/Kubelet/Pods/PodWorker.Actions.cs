using Keelson.Api.Meta.V1;
using Keelson.Client;
using Keelson.Node.Kubelet.Logs;
using Keelson.Node.Runtime;

namespace Keelson.Node.Kubelet.Pods;

internal sealed partial class PodWorker
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(2);

    private async Task ApplyAsync(PodView view, PodPlan plan, CancellationToken cancel)
    {
        var kills = plan.Actions.OfType<PodAction.KillContainer>().ToList();
        if (kills.Count > 0) await KillAsync(view, kills, cancel).ConfigureAwait(false);
        foreach (var action in plan.Actions)
        {
            switch (action)
            {
                case PodAction.StartSandbox start:
                    await StartSandboxAsync(view, start, cancel).ConfigureAwait(false);
                    break;
                case PodAction.StopSandbox stop:
                    await _work.Runtime.StopSandboxAsync(stop.Id, cancel).ConfigureAwait(false);
                    break;
                case PodAction.RemoveSandbox remove:
                    await _work.Runtime.RemoveSandboxAsync(remove.Id, cancel).ConfigureAwait(false);
                    break;
                case PodAction.RemoveContainer remove:
                    await _work.Runtime.RemoveContainerAsync(remove.Id, cancel).ConfigureAwait(false);
                    if (view.Containers.FirstOrDefault(container => container.Id == remove.Id) is { } removed) LogKeeper.Remove(removed.LogPath);
                    break;
                case PodAction.Resize resize:
                    await ResizeAsync(view, resize, cancel).ConfigureAwait(false);
                    break;
                case PodAction.StartContainer start:
                    await StartContainerAsync(view, start, cancel).ConfigureAwait(false);
                    break;
                case PodAction.Finish:
                    await FinishAsync(view, cancel).ConfigureAwait(false);
                    break;
                case PodAction.Forget:
                    await CleanUpAsync(view.Pod, cancel).ConfigureAwait(false);
                    _isForgotten = true;
                    break;
            }
        }
    }

    private async Task KillAsync(PodView view, List<PodAction.KillContainer> kills, CancellationToken cancel)
    {
        var isEnding = view.IsDeleted || _memory.Verdict is not null;
        if (isEnding && _memory.EndingSince is null) _memory = _memory with { EndingSince = view.Now };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        lock (_lock)
        {
            // What came in since the plan may have shortened the grace.
            if (isEnding && (_isGone != view.IsGone || Grace(_pod) < Grace(view.Pod))) return;
            _patience = patience;
        }

        try
        {
            await Task.WhenAll(kills.Select(kill => KillAsync(view, kill, patience.Token))).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // Less grace than before: planned anew at once.
        }
        finally
        {
            lock (_lock) _patience = null;
        }
    }

    private async Task KillAsync(PodView view, PodAction.KillContainer kill, CancellationToken cancel)
    {
        _work.Record(view.Pod, kill.Container.Name, "Killing", kill.Message);
        var begin = _work.Options.Time.GetTimestamp();
        var spec = view.Pod.Spec.InitContainers.Concat(view.Pod.Spec.Containers).FirstOrDefault(container => container.Name == kill.Container.Name);
        if (spec?.Lifecycle?.PreStop is { } hook && await _work.Probes.RunHookAsync(view, kill.Container, spec, hook, kill.Grace, cancel).ConfigureAwait(false) is { } failure)
        {
            _work.Options.OnError?.Invoke(new StartException("FailedPreStopHook", failure));
            _work.Warn(view.Pod, kill.Container.Name, "FailedPreStopHook", "PreStopHook failed");
        }

        var rest = kill.Grace - _work.Options.Time.GetElapsedTime(begin);
        await _work.Runtime.StopContainerAsync(kill.Container.Id, rest > TimeSpan.FromSeconds(2) || rest >= kill.Grace ? rest : TimeSpan.FromSeconds(2), cancel).ConfigureAwait(false);
    }

    private async Task StartSandboxAsync(PodView view, PodAction.StartSandbox start, CancellationToken cancel)
    {
        try
        {
            if (_work.Volumes is { } volumes) await volumes.PrepareAsync(view.Pod, cancel).ConfigureAwait(false);
            if (start.Attempt > 0) _work.Record(view.Pod, "SandboxChanged", "Pod sandbox changed, it will be killed and re-created.");
            var handler = await _work.Objects.RuntimeHandlerAsync(view.Pod, cancel).ConfigureAwait(false)
                ?? throw new RuntimeException(RuntimeError.NotFound, $"runtimeclass.node.k8s.io \"{view.Pod.Spec.RuntimeClassName}\" not found");
            var parent = _work.Cgroups?.Apply(view.Pod) ?? "";
            if (SandboxRecipe.LogDirectory(view.Pod, _work.Options) is { } logs) Directory.CreateDirectory(logs);
            var config = SandboxRecipe.Make(view.Pod, start.Attempt, _work.Options, parent) with { RuntimeHandler = handler };
            var id = await _work.Runtime.RunSandboxAsync(config, cancel).ConfigureAwait(false);
            _note(id, view.Pod.Metadata.Uid);
            _memory = _memory with { SandboxFailure = null };
        }
        catch (Exception failure) when (failure is RuntimeException or StartException or IOException or UnauthorizedAccessException)
        {
            var count = (_memory.SandboxFailure?.Count ?? 0) + 1;
            _memory = _memory with { SandboxFailure = new("ContainerCreating", "", count, _work.Now + Pause(count)) };
            if (failure is RuntimeException) _work.Warn(view.Pod, "FailedCreatePodSandBox", $"Failed to create pod sandbox: {failure.Message}");
            else _work.Warn(view.Pod, "FailedMount", failure.Message);
        }
    }

    private async Task StartContainerAsync(PodView view, PodAction.StartContainer start, CancellationToken cancel)
    {
        var name = start.Container.Name;
        try
        {
            await new ContainerLaunch(_work, view, start, _memory.Failures.GetValueOrDefault(name), _note).RunAsync(cancel).ConfigureAwait(false);
            _memory = _memory with { Failures = _memory.Failures.Remove(name) };
            if (view.Latest(name) is { State: RunState.Exited, FinishedAt: { } finished })
            {
                var next = RestartBackOff.Next(_memory.BackOff.GetValueOrDefault(name), finished, _work.Now);
                _memory = _memory with { BackOff = _memory.BackOff.SetItem(name, next) };
            }
        }
        catch (StartException failure)
        {
            var count = (_memory.Failures.GetValueOrDefault(name)?.Count ?? 0) + 1;
            var isPull = failure.Reason is "ErrImagePull" or "ImagePullBackOff";
            // A container that was made and ended at its start has its own back-off, as any that ends.
            var hasRun = failure.Reason is "RunContainerError" or "PostStartHookError";
            if (hasRun && view.Latest(name) is { State: RunState.Exited, FinishedAt: { } finished })
            {
                var next = RestartBackOff.Next(_memory.BackOff.GetValueOrDefault(name), finished, _work.Now);
                _memory = _memory with { BackOff = _memory.BackOff.SetItem(name, next) };
            }

            var pause = isPull ? RestartBackOffAfter(count) : hasRun ? TimeSpan.Zero : Pause(count);
            _memory = _memory with { Failures = _memory.Failures.SetItem(name, new(failure.Reason, failure.Message, count, _work.Now + pause)) };
        }
    }

    private async Task FinishAsync(PodView view, CancellationToken cancel)
    {
        // Once the API server has forgotten the pod, another one may be sent here in its place at once.
        _work.Admission.Release(view.Pod.Metadata.Uid);
        var options = new DeleteOptions { GracePeriodSeconds = 0, Preconditions = new Preconditions { Uid = view.Pod.Metadata.Uid } };
        try
        {
            await _work.Client.Resource<Keelson.Api.Core.V1.Pod>().In(view.Pod.Metadata.Namespace).DeleteAsync(view.Pod.Metadata.Name, options, cancel).ConfigureAwait(false);
        }
        catch (ApiException gone) when (gone.IsNotFound || gone.IsConflict)
        {
            // It is gone already, and the informer will tell.
        }
    }

    private static TimeSpan RestartBackOffAfter(int count) => new Client.Queues.Backoff(RestartBackOff.First, RestartBackOff.Longest).After(count - 1);

    private static TimeSpan Pause(int count) => new Client.Queues.Backoff(TimeSpan.FromSeconds(1), LongestPause).After(count - 1);
}
