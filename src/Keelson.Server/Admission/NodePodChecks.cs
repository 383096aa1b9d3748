using Keelson.Api.Core.V1;
using Keelson.Server.Access.Nodes;
using Keelson.Server.Http;

namespace Keelson.Server.Admission;

/// <summary>What a node writes to pods: it tells of those that it runs by itself, reports on those that run on it, and ends them.</summary>
internal sealed class NodePodChecks(AdmissionLookup lookup)
{
    private const string MirrorAnnotation = "kubernetes.io/config.mirror";

    public async ValueTask CheckAsync(AdmissionRequest request, string node, CancellationToken cancel)
    {
        switch (request.Subresource)
        {
            case "":
                await CheckWholeAsync(request, node, cancel).ConfigureAwait(false);
                break;
            case "status":
                CheckStatus(request, node);
                break;
            case "eviction":
                await CheckEvictionAsync(request, node, cancel).ConfigureAwait(false);
                break;
            default:
                throw request.Forbid($"unexpected pod subresource \"{request.Subresource}\", only 'status' and 'eviction' are allowed");
        }
    }

    private async ValueTask CheckWholeAsync(AdmissionRequest request, string node, CancellationToken cancel)
    {
        switch (request.Operation)
        {
            case AdmissionOperation.Create when request.Object?.Typed is Pod pod:
                await CheckMirrorAsync(request, pod, node, cancel).ConfigureAwait(false);
                break;
            case AdmissionOperation.Delete:
                if (request.OldObject?.Typed is Pod { Spec.NodeName: var at } && at != node) throw request.Forbid($"node \"{node}\" can only delete pods with spec.nodeName set to itself");
                break;
            default:
                throw request.Forbid($"unexpected operation \"{request.Operation.ToString().ToUpperInvariant()}\", node \"{node}\" can only create and delete mirror pods");
        }
    }

    private async ValueTask CheckMirrorAsync(AdmissionRequest request, Pod pod, string node, CancellationToken cancel)
    {
        if (!pod.Metadata.Annotations.ContainsKey(MirrorAnnotation)) throw request.Forbid($"pod does not have \"{MirrorAnnotation}\" annotation, node \"{node}\" can only create mirror pods");
        if (pod.Spec.NodeName != node) throw request.Forbid($"node \"{node}\" can only create pods with spec.nodeName set to itself");
        await CheckOwnerAsync(request, pod, node, cancel).ConfigureAwait(false);

        // A node must not get at objects by running a pod that refers to them.
        if (pod.Spec.ServiceAccountName.Length > 0) throw Refers("a service account");
        var needs = PodNeeds.Of(pod with { Metadata = pod.Metadata with { Annotations = default } });
        if (needs.Any(need => need.Kind == NeedKind.Secret)) throw Refers("secrets");
        if (needs.Any(need => need.Kind == NeedKind.ConfigMap)) throw Refers("configmaps");
        if (pod.Spec.Volumes.Any(volume => volume.VolumeSource.Projected?.Sources.Any(source => source.ClusterTrustBundle is not null) == true)) throw Refers("clustertrustbundles");
        if (needs.Any(need => need.Kind == NeedKind.Claim)) throw Refers("persistentvolumeclaims");
        if (!pod.Spec.ResourceClaims.IsEmpty) throw Refers("resourceclaims");

        ApiException Refers(string what) => request.Forbid($"node \"{node}\" can not create pods that reference {what}");
    }

    private async ValueTask CheckOwnerAsync(AdmissionRequest request, Pod pod, string node, CancellationToken cancel)
    {
        var owners = pod.Metadata.OwnerReferences;
        if (owners.Count > 1) throw request.Forbid($"node \"{node}\" can only create pods with a single owner reference set to itself");
        if (owners.IsEmpty || owners[0] is not { ApiVersion: "v1", Kind: "Node" } owner || owner.Name != node)
        {
            throw request.Forbid($"node \"{node}\" can only create pods with an owner reference set to itself");
        }

        if (owner.Controller != true) throw request.Forbid($"node \"{node}\" can only create pods with a controller owner reference set to itself");
        if (owner.BlockOwnerDeletion == true) throw request.Forbid($"node \"{node}\" must not set blockOwnerDeletion on an owner reference");
        var found = await lookup.FindAsync<Node>("", "nodes", "", node, cancel).ConfigureAwait(false) ?? throw Failures.NotFound(lookup.Resource("", "nodes"), node);
        if (owner.Uid != found.Metadata.Uid) throw request.Forbid($"node {node} UID mismatch: expected {owner.Uid} got {found.Metadata.Uid}");
    }

    private static void CheckStatus(AdmissionRequest request, string node)
    {
        if (request.Operation != AdmissionOperation.Update) throw request.Forbid($"unexpected operation \"{request.Operation.ToString().ToUpperInvariant()}\"");
        if (request is not { OldObject.Typed: Pod old, Object.Typed: Pod written }) return;
        if (old.Spec.NodeName != node) throw request.Forbid($"node \"{node}\" can only update pod status for pods with spec.nodeName set to itself");
        if (written.Metadata.Labels != old.Metadata.Labels) throw request.Forbid($"node \"{node}\" cannot update labels through pod status");
        if (written.Status.ResourceClaimStatuses != old.Status.ResourceClaimStatuses) throw request.Forbid($"node \"{node}\" cannot update resource claim statues");
    }

    private async ValueTask CheckEvictionAsync(AdmissionRequest request, string node, CancellationToken cancel)
    {
        if (request.Operation != AdmissionOperation.Create) throw request.Forbid($"unexpected operation {request.Operation.ToString().ToUpperInvariant()}");
        var evicted = await lookup.FindAsync<Pod>("", "pods", request.Name.Namespace, request.Name.Name, cancel).ConfigureAwait(false)
            ?? throw Failures.NotFound(lookup.Resource("", "pods"), request.Name.Name);
        if (evicted.Spec.NodeName != node) throw request.Forbid($"node {node} can only evict pods with spec.nodeName set to itself");
    }
}
