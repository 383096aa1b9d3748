using Keelson.Api.Core.V1;
using Keelson.Server.Objects;

namespace Keelson.Server.Admission;

/// <summary>A pod that is given a node carries the labels of the node that say where it stands.</summary>
internal sealed class PodTopologyLabels(AdmissionLookup lookup) : IAdmissionPlugin
{
    private static readonly string[] Keys = ["topology.kubernetes.io/region", "topology.kubernetes.io/zone"];

    public async ValueTask<ApiObject?> MutateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        var assigned = request.Object?.Typed is Pod { Spec.NodeName.Length: > 0 } pod && request switch
        {
            { Operation: AdmissionOperation.Create, IsWhole: true } => true,
            { Subresource: "binding" } => true,
            _ => false,
        } ? pod : null;
        if (assigned is null) return request.Object;
        if (await lookup.FindAsync<Node>("", "nodes", "", assigned.Spec.NodeName, cancel).ConfigureAwait(false) is not { } node) return request.Object;
        var labels = assigned.Metadata.Labels;
        foreach (var key in Keys)
        {
            if (node.Metadata.Labels.TryGetValue(key, out var value)) labels = labels.With(key, value);
        }

        return labels == assigned.Metadata.Labels ? request.Object : request.Object!.With(assigned.Metadata with { Labels = labels });
    }

    public ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel) => ValueTask.CompletedTask;
}
