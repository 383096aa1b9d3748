using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Nodes.V1;
using Keelson.Server.Objects;

namespace Keelson.Server.Admission;

/// <summary>What a pod's runtime class says about it: what it costs beside its containers, and where it can run.</summary>
internal sealed class RuntimeClasses(AdmissionLookup lookup) : IAdmissionPlugin
{
    public async ValueTask<ApiObject?> MutateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        if (request is not { Operation: AdmissionOperation.Create, IsWhole: true, Object.Typed: Pod pod }) return request.Object;
        if (await FindAsync(request, pod, cancel).ConfigureAwait(false) is not { } found) return request.Object;
        var spec = pod.Spec;
        if (found.Overhead is { } overhead)
        {
            if (!spec.Overhead.IsEmpty && !Same(spec.Overhead, overhead.PodFixed)) throw request.Forbid("pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
            spec = spec with { Overhead = overhead.PodFixed };
        }

        if (found.Scheduling is { } scheduling) spec = Scheduled(request, spec, scheduling);
        return new TypedObject(pod with { Spec = spec });
    }

    public async ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        if (request is not { Operation: AdmissionOperation.Create, IsWhole: true, Object.Typed: Pod pod }) return;
        var found = await FindAsync(request, pod, cancel).ConfigureAwait(false);
        if (pod.Spec.Overhead.IsEmpty) return;
        if (found?.Overhead is not { } overhead) throw request.Forbid("pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead");
        if (!Same(pod.Spec.Overhead, overhead.PodFixed)) throw request.Forbid("pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
    }

    private async ValueTask<RuntimeClass?> FindAsync(AdmissionRequest request, Pod pod, CancellationToken cancel)
    {
        if (pod.Spec.RuntimeClassName is not { } name) return null;
        return await lookup.FindAsync<RuntimeClass>("node.k8s.io", "runtimeclasses", "", name, cancel).ConfigureAwait(false)
            ?? throw request.Forbid($"pod rejected: RuntimeClass \"{name}\" not found");
    }

    private static PodSpec Scheduled(AdmissionRequest request, PodSpec spec, Scheduling scheduling)
    {
        foreach (var (key, value) in scheduling.NodeSelector)
        {
            if (!spec.NodeSelector.TryGetValue(key, out var own) || own == value) continue;
            throw request.Forbid($"conflict: runtimeClass.scheduling.nodeSelector[{key}] = {value}; pod.spec.nodeSelector[{key}] = {own}");
        }

        var tolerations = spec.Tolerations;
        foreach (var toleration in scheduling.Tolerations)
        {
            if (!tolerations.Contains(toleration)) tolerations = tolerations.Add(toleration);
        }

        return spec with { NodeSelector = spec.NodeSelector.WithAll(scheduling.NodeSelector), Tolerations = tolerations };
    }

    private static bool Same(ApiMap<Quantity> left, ApiMap<Quantity> right) => left.Count == right.Count
        && left.All(pair => right.TryGetValue(pair.Key, out var other) && pair.Value.CompareTo(other) == 0);
}
