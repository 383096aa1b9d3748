using System.Collections.Immutable;
using Keelson.Api.Core.V1;

namespace Keelson.Node.Kubelet.Pods;

internal sealed partial class PodWorker
{
    private ImmutableDictionary<string, ResourceRequirements>? _given;

    /// <summary>Has the node take the pod on once, and afterwards give it what it asks for as far as there is enough.</summary>
    private async Task<PodView> AdmitAsync(PodView view, CancellationToken cancel)
    {
        var pod = view.Pod;
        if (view.IsGone || pod.Status.Phase is PodPhase.Failed or PodPhase.Succeeded)
        {
            _work.Admission.Release(pod.Metadata.Uid);
            return view;
        }

        PodVerdict? eviction;
        lock (_lock) eviction = _eviction;
        if (eviction is not null && _memory.Verdict is null)
        {
            _memory = _memory with { Verdict = eviction };
            _work.Warn(pod, eviction.Reason, eviction.Message);
        }

        if (_memory.Verdict is not null) return view;
        if (_given is null)
        {
            var hasRun = view.Sandboxes.Count > 0 || pod.Status.StartTime is not null;
            if (await _work.Admission.AdmitAsync(pod, hasRun, cancel).ConfigureAwait(false) is { } refusal)
            {
                _memory = _memory with { Verdict = refusal };
                _work.Warn(pod, refusal.Reason, refusal.EventMessage ?? refusal.Message);
                return view;
            }

            _given = ResizeRecipe.Amounts(pod);
            return view;
        }

        if (!ResizeRecipe.Differs(pod, _given)) _memory = _memory with { ResizePending = null };
        else if (_work.Admission.Resize(pod) is { } pending) _memory = _memory with { ResizePending = pending };
        else
        {
            _given = ResizeRecipe.Amounts(pod);
            _memory = _memory with { ResizePending = null };
        }

        return view with { Pod = ResizeRecipe.WithAmounts(pod, _given) };
    }

    private async Task ResizeAsync(PodView view, PodAction.Resize resize, CancellationToken cancel)
    {
        ApplyGroup(view.Pod, isLast: false);
        var nodeMemory = _work.Options.Capacity.TryGetValue("memory", out var memory) ? memory.Value() : 0;
        var resources = ResourceRecipe.Make(resize.Container.Resources, ResourceRecipe.OutOfMemoryScore(view.Pod, resize.Container, nodeMemory));
        // To a runtime that changes what is there, zero is what stays as it is, and none is -1.
        if (resources.CpuQuotaMicroseconds == 0) resources = resources with { CpuQuotaMicroseconds = -1 };
        await _work.Runtime.UpdateContainerResourcesAsync(resize.Id, resources, cancel).ConfigureAwait(false);
        ApplyGroup(view.Pod, isLast: true);
        _memory = _memory with { Amounts = _memory.Amounts.SetItem(resize.Id, ResizeRecipe.Key(resize.Container)) };
    }

    // The kernel wants a group to have no less than those within it: more is given from above, less from below.
    private void ApplyGroup(Pod pod, bool isLast)
    {
        try
        {
            _work.Cgroups?.Apply(pod);
        }
        catch (IOException) when (!isLast)
        {
            // The containers need more than this until they were made smaller.
        }
    }

    private async Task CleanUpAsync(Pod pod, CancellationToken cancel)
    {
        if (_work.Volumes is { } volumes) await volumes.RemoveAsync(pod, cancel).ConfigureAwait(false);
        if (SandboxRecipe.LogDirectory(pod, _work.Options) is { } logs && Directory.Exists(logs)) Directory.Delete(logs, recursive: true);
        _work.Cgroups?.Remove(pod.Metadata.Uid);
        _work.Admission.Release(pod.Metadata.Uid);
    }
}
