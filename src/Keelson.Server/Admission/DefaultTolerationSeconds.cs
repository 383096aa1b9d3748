using Keelson.Api.Core.V1;
using Keelson.Server.Objects;

namespace Keelson.Server.Admission;

/// <summary>Pods stay for five minutes on a node that is not ready or does not answer, unless they say for how long.</summary>
internal sealed class DefaultTolerationSeconds : IAdmissionPlugin
{
    private const long Seconds = 300;
    private static readonly string[] Keys = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];

    public ValueTask<ApiObject?> MutateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        if (request is not { Operation: AdmissionOperation.Create or AdmissionOperation.Update, IsWhole: true, Object.Typed: Pod pod }) return new(request.Object);
        var tolerations = pod.Spec.Tolerations;
        foreach (var key in Keys)
        {
            if (tolerations.Any(known => (known.Key == key || known.Key.Length == 0) && known.Effect is "" or TaintEffect.NoExecute)) continue;
            tolerations = tolerations.Add(new Toleration { Key = key, Operator = TolerationOperator.Exists, Effect = TaintEffect.NoExecute, TolerationSeconds = Seconds });
        }

        return new(tolerations == pod.Spec.Tolerations ? request.Object : new TypedObject(pod with { Spec = pod.Spec with { Tolerations = tolerations } }));
    }

    public ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel) => ValueTask.CompletedTask;
}
