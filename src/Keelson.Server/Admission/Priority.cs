using Keelson.Api.Core.V1;
using Keelson.Server.Objects;
using Keelson.Api.Scheduling.V1;

namespace Keelson.Server.Admission;

/// <summary>A pod's priority is that of its class, or of the default one, and nobody makes up their own.</summary>
internal sealed class Priority(AdmissionLookup lookup) : IAdmissionPlugin
{
    private const string Group = "scheduling.k8s.io";

    public async ValueTask<ApiObject?> MutateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        if (request is not { IsWhole: true, Object.Typed: Pod pod }) return request.Object;
        if (request.OldObject?.Typed is Pod old) return new TypedObject(pod with { Spec = Kept(pod.Spec, old.Spec) });
        if (request.Operation != AdmissionOperation.Create) return request.Object;
        var chosen = pod.Spec.PriorityClassName.Length > 0
            ? await lookup.FindAsync<PriorityClass>(Group, "priorityclasses", "", pod.Spec.PriorityClassName, cancel).ConfigureAwait(false)
                ?? throw request.Forbid($"no PriorityClass with name {pod.Spec.PriorityClassName} was found")
            : (await DefaultsAsync(cancel).ConfigureAwait(false)).MinBy(item => (item.Value, item.Metadata.Name));
        return new TypedObject(pod with { Spec = Ranked(request, pod.Spec, chosen) });
    }

    public async ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        if (request is not { Operation: AdmissionOperation.Create or AdmissionOperation.Update, IsWhole: true, Object.Typed: PriorityClass { GlobalDefault: true } }) return;
        foreach (var other in await DefaultsAsync(cancel).ConfigureAwait(false))
        {
            if (other.Metadata.Name == request.Name.Name) continue;
            throw request.Forbid($"PriorityClass {other.Metadata.Name} is already marked as default. Only one default can exist");
        }
    }

    private async ValueTask<IEnumerable<PriorityClass>> DefaultsAsync(CancellationToken cancel) =>
        (await lookup.ListAsync<PriorityClass>(Group, "priorityclasses", "", cancel).ConfigureAwait(false)).Where(item => item.GlobalDefault);

    // What was worked out once stays, also when a client sends the pod without it.
    private static PodSpec Kept(PodSpec spec, PodSpec old) => spec with
    {
        Priority = spec.Priority ?? old.Priority,
        PreemptionPolicy = spec.PreemptionPolicy ?? old.PreemptionPolicy,
    };

    private static PodSpec Ranked(AdmissionRequest request, PodSpec spec, PriorityClass? chosen)
    {
        var priority = chosen?.Value ?? 0;
        if (spec.Priority is { } given && given != priority)
        {
            throw request.Forbid($"the integer value of priority ({given}) must not be provided in pod spec; priority admission controller computed {priority} from the given PriorityClass name");
        }

        var policy = chosen is null ? Api.Core.V1.PreemptionPolicy.PreemptLowerPriority : chosen.PreemptionPolicy;
        if (policy is not null && spec.PreemptionPolicy is { } wanted && wanted != policy)
        {
            throw request.Forbid($"the string value of PreemptionPolicy ({wanted}) must not be provided in pod spec; priority admission controller computed {policy} from the given PriorityClass name");
        }

        return spec with { PriorityClassName = chosen?.Metadata.Name ?? spec.PriorityClassName, Priority = priority, PreemptionPolicy = policy ?? spec.PreemptionPolicy };
    }
}
