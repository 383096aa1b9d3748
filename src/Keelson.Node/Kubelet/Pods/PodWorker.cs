using System.Globalization;
using System.Threading.Channels;
using Keelson.Api.Core.V1;
using Keelson.Client;
using Keelson.Client.Resources;
using Keelson.Node.Runtime;

namespace Keelson.Node.Kubelet.Pods;

/// <summary>Makes one pod so; one step after the other, whenever something happened to it.</summary>
internal sealed partial class PodWorker : IAsyncDisposable
{
    private static readonly TimeSpan RetryAfterFailure = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestSleep = TimeSpan.FromDays(20);

    private readonly PodWork _work;
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Lock _lock = new();
    private readonly PodHealth _health;
    private readonly ITimer _timer;
    private readonly Action<string, string> _note;
    private Pod _pod;
    private bool _isGone;
    private bool _isForgotten;
    private PodVerdict? _eviction;
    private CancellationTokenSource? _patience;
    private PodMemory _memory = PodMemory.Empty;
    private IReadOnlyDictionary<string, WaitingReason> _lastWaiting = new Dictionary<string, WaitingReason>();

    public PodWorker(PodWork work, Pod pod, Action<string, string> note)
    {
        _work = work;
        _pod = pod;
        _note = note;
        _health = new PodHealth(work, Wake);
        _timer = work.Options.Time.CreateTimer(_ => Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public Pod Pod
    {
        get { lock (_lock) return _pod; }
    }

    public void Wake() => _signal.Writer.TryWrite(true);

    /// <summary>Takes a newer state of the pod.</summary>
    public void Offer(Pod pod)
    {
        lock (_lock)
        {
            // What the kubelet itself has just written is no news.
            if (IsOlder(pod, _pod) || pod.Metadata.ResourceVersion == _pod.Metadata.ResourceVersion) return;
            // Somebody has less patience than before: the kill under way begins anew with less grace.
            if (Grace(pod) < Grace(_pod)) _patience?.Cancel();
            _pod = pod;
        }

        Wake();
    }

    /// <summary>Has the pod fail, unless it has failed before.</summary>
    public void Evict(PodVerdict verdict)
    {
        lock (_lock) _eviction ??= verdict;
        Wake();
    }

    /// <summary>Notes that the API server has the pod no more.</summary>
    public void Lose()
    {
        lock (_lock)
        {
            _isGone = true;
            _patience?.Cancel();
        }

        Wake();
    }

    /// <summary>Works until the pod is gone with all that was made for it.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        while (!_isForgotten)
        {
            DateTimeOffset? again;
            try
            {
                again = await StepAsync(cancel).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (failure is ApiException or RuntimeException or HttpRequestException or IOException or TimeoutException or OperationCanceledException or UnauthorizedAccessException)
            {
                if (failure is not OperationCanceledException) _work.Options.OnError?.Invoke(failure);
                again = _work.Now + RetryAfterFailure;
            }

            if (_isForgotten) return;
            Sleep(again);
            try
            {
                await _signal.Reader.ReadAsync(cancel).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync().ConfigureAwait(false);
        await _health.DisposeAsync().ConfigureAwait(false);
        _patience?.Dispose();
    }

    private void Sleep(DateTimeOffset? again)
    {
        if (again is not { } moment)
        {
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }

        var wait = moment - _work.Now;
        // A timer counts whole milliseconds, and one that comes too early would only come again.
        wait = wait <= TimeSpan.Zero ? TimeSpan.FromMilliseconds(1) : TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
        _timer.Change(wait < LongestSleep ? wait : LongestSleep, Timeout.InfiniteTimeSpan);
    }

    private async Task<DateTimeOffset?> StepAsync(CancellationToken cancel)
    {
        var view = await AdmitAsync(await ObserveAsync(cancel).ConfigureAwait(false), cancel).ConfigureAwait(false);
        var health = _health.Follow(view);
        _memory = _memory with { Health = health };
        view = view with { Memory = _memory };
        var plan = PodPlan.Compute(view);
        if (plan.Verdict is { } verdict && _memory.Verdict is null)
        {
            _memory = _memory with { Verdict = verdict };
            _work.Warn(view.Pod, verdict.Reason, verdict.EventMessage ?? verdict.Message);
        }

        _work.Volumes?.Note(view);
        TellOfBackOff(view.Pod, plan);
        // What is started need not wait until the API server has heard of what was before.
        var publishing = view.IsGone ? Task.CompletedTask : PublishAsync(view, plan, cancel);
        if (!plan.Actions.Any(action => action is PodAction.StartSandbox or PodAction.StartContainer)) await publishing.ConfigureAwait(false);
        try
        {
            await ApplyAsync(view, plan, cancel).ConfigureAwait(false);
        }
        finally
        {
            await publishing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await publishing.ConfigureAwait(false);
        // Whatever was done is looked at again: its effect decides what comes next.
        if (plan.Actions.Any(action => action is not PodAction.Finish)) Wake();
        return plan.Again;
    }

    private async Task<PodView> ObserveAsync(CancellationToken cancel)
    {
        Pod pod;
        bool isGone;
        lock (_lock) (pod, isGone) = (_pod, _isGone);
        var labels = new Dictionary<string, string> { [KubeletLabels.PodUid] = pod.Metadata.Uid };
        var sandboxes = new List<SandboxStatus>();
        foreach (var listed in await _work.Runtime.ListSandboxesAsync(new SandboxFilter { Labels = labels }, cancel).ConfigureAwait(false))
        {
            _note(listed.Id, pod.Metadata.Uid);
            if (await _work.Runtime.GetSandboxAsync(listed.Id, cancel).ConfigureAwait(false) is { } status) sandboxes.Add(status);
        }

        var containers = new List<RunContainer>();
        foreach (var listed in await _work.Runtime.ListContainersAsync(new ContainerFilter { Labels = labels }, cancel).ConfigureAwait(false))
        {
            // Noted before its state is read, so that no end between the two is missed.
            _note(listed.Id, pod.Metadata.Uid);
            if (await _work.Runtime.GetContainerAsync(listed.Id, cancel).ConfigureAwait(false) is not { } status) continue;
            containers.Add(status with
            {
                SandboxId = listed.SandboxId,
                Name = listed.Labels.GetValueOrDefault(KubeletLabels.ContainerName) ?? listed.Name,
                Attempt = listed.Annotations.TryGetValue(KubeletLabels.RestartCount, out var count) && uint.TryParse(count, CultureInfo.InvariantCulture, out var number) ? number : listed.Attempt,
                Annotations = listed.Annotations,
                Message = status.State == RunState.Exited ? TerminationMessages.Read(status with { Annotations = listed.Annotations }, Policy(pod, listed)) : status.Message,
            });
        }

        return new PodView
        {
            Pod = pod,
            IsGone = isGone,
            Now = _work.Now,
            Sandboxes = [.. sandboxes.OrderByDescending(sandbox => sandbox.Attempt).ThenByDescending(sandbox => sandbox.CreatedAt)],
            Containers = [.. containers.OrderByDescending(container => container.Attempt).ThenByDescending(container => container.CreatedAt)],
            Memory = _memory,
        };
    }

    private async Task PublishAsync(PodView view, PodPlan plan, CancellationToken cancel)
    {
        var wanted = PodStatuses.Compute(view, plan, _work.RuntimeName, _work.Options.NodeAddress);
        if (StatusPatch.Compute(view.Pod, wanted) is not { } patch) return;
        try
        {
            var answer = await _work.Client.Resource<Pod>().In(view.Pod.Metadata.Namespace)
                .PatchAsync(view.Pod.Metadata.Name, PatchBody.Strategic(patch), subresource: "status", cancel: cancel).ConfigureAwait(false);
            lock (_lock)
            {
                if (!IsOlder(answer, _pod)) _pod = answer;
            }
        }
        catch (ApiException gone) when (gone.IsNotFound || gone.IsConflict)
        {
            // The pod is gone, or another one has its name: the informer will tell.
        }
    }

    private void TellOfBackOff(Pod pod, PodPlan plan)
    {
        foreach (var (name, waiting) in plan.Waiting)
        {
            if (waiting.Reason != "CrashLoopBackOff" || _lastWaiting.GetValueOrDefault(name)?.Message == waiting.Message) continue;
            _work.Warn(pod, name, "BackOff", $"Back-off restarting failed container {name} in pod {pod.Metadata.Name}_{pod.Metadata.Namespace}({pod.Metadata.Uid})");
        }

        _lastWaiting = plan.Waiting;
    }

    private static string? Policy(Pod pod, Runtime.Container listed)
    {
        var name = listed.Labels.GetValueOrDefault(KubeletLabels.ContainerName);
        return pod.AllContainers().FirstOrDefault(container => container.Name == name)?.TerminationMessagePolicy;
    }

    private static long Grace(Pod pod) => pod.Metadata.DeletionGracePeriodSeconds ?? long.MaxValue;

    private static bool IsOlder(Pod left, Pod right) =>
        ulong.TryParse(left.Metadata.ResourceVersion, CultureInfo.InvariantCulture, out var first)
        && ulong.TryParse(right.Metadata.ResourceVersion, CultureInfo.InvariantCulture, out var second) && first < second;
}
