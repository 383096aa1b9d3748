using Keelson.Api.Core.V1;
using Keelson.Server.Objects;

namespace Keelson.Server.Admission;

/// <summary>A pod that asks for a device tolerates the taint that keeps others off the nodes that have it.</summary>
internal sealed class ExtendedResourceToleration : IAdmissionPlugin
{
    public ValueTask<ApiObject?> MutateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        if (request is not { Operation: AdmissionOperation.Create or AdmissionOperation.Update, IsWhole: true, Object.Typed: Pod pod }) return new(request.Object);
        var tolerations = pod.Spec.Tolerations;
        var devices = pod.Spec.Containers.Concat(pod.Spec.InitContainers).SelectMany(container => container.Resources.Requests.Keys).Where(IsExtended);
        foreach (var device in devices.Distinct().Order(StringComparer.Ordinal))
        {
            if (tolerations.Any(known => known.Key == device && known.Operator == TolerationOperator.Exists && known.Effect.Length == 0)) continue;
            tolerations = tolerations.Add(new Toleration { Key = device, Operator = TolerationOperator.Exists });
        }

        return new(tolerations == pod.Spec.Tolerations ? request.Object : new TypedObject(pod with { Spec = pod.Spec with { Tolerations = tolerations } }));
    }

    public ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel) => ValueTask.CompletedTask;

    private static bool IsExtended(string name) =>
        name.Contains('/', StringComparison.Ordinal) && !name.Contains("kubernetes.io/", StringComparison.Ordinal) && !name.StartsWith("requests.", StringComparison.Ordinal);
}
