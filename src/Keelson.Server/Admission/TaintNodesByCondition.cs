using Keelson.Api.Core.V1;
using Keelson.Server.Objects;

namespace Keelson.Server.Admission;

/// <summary>A new node takes no pods until the node lifecycle controller has seen that it is ready, and takes the taint off.</summary>
internal sealed class TaintNodesByCondition : IAdmissionPlugin
{
    private const string NotReady = "node.kubernetes.io/not-ready";

    public ValueTask<ApiObject?> MutateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        if (request is not { Operation: AdmissionOperation.Create, IsWhole: true, Object.Typed: Node node }) return new(request.Object);
        if (node.Spec.Taints.Any(taint => taint is { Key: NotReady, Effect: TaintEffect.NoSchedule })) return new(request.Object);
        var taints = node.Spec.Taints.Add(new Taint { Key = NotReady, Effect = TaintEffect.NoSchedule });
        return new(new TypedObject(node with { Spec = node.Spec with { Taints = taints } }));
    }

    public ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel) => ValueTask.CompletedTask;
}
