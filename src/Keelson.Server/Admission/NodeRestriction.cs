using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Server.Access.Nodes;

namespace Keelson.Server.Admission;

/// <summary>A node writes to itself, to its lease and to the pods that run on it, and to nothing of other nodes.</summary>
internal sealed class NodeRestriction(AdmissionLookup lookup) : IAdmissionPlugin
{
    private const string LeaseNamespace = "kube-node-lease";
    private const string MirrorAnnotation = "kubernetes.io/config.mirror";
    private const string RestrictedDomain = "node-restriction.kubernetes.io";

    public async ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        if (!NodeIdentity.Is(request.User, out var node)) return;
        if (node.Length == 0) throw request.Forbid($"could not determine node from user \"{request.User.Username}\"");
        switch ((request.Resource.Kind.Group, request.Resource.Info.Plural))
        {
            case ("", "pods"):
                await CheckPodAsync(request, node, cancel).ConfigureAwait(false);
                break;
            case ("", "nodes"):
                CheckNode(request, node);
                break;
            case ("coordination.k8s.io", "leases"):
                if (request.Name.Namespace != LeaseNamespace) throw request.Forbid($"can only access leases in the \"{LeaseNamespace}\" system namespace");
                if (request.Name.Name != node) throw request.Forbid($"can only access node lease with the same name as the requesting node");
                break;
        }
    }

    private async ValueTask CheckPodAsync(AdmissionRequest request, string node, CancellationToken cancel)
    {
        switch (request.Operation)
        {
            case AdmissionOperation.Create when request.Subresource is "eviction":
                var evicted = await lookup.FindAsync<Pod>("", "pods", request.Name.Namespace, request.Name.Name, cancel).ConfigureAwait(false);
                if (evicted is not null && evicted.Spec.NodeName != node) throw request.Forbid($"node \"{node}\" can only evict pods with spec.nodeName set to itself");
                break;
            case AdmissionOperation.Create when request is { IsWhole: true, Object.Typed: Pod pod }:
                if (!pod.Metadata.Annotations.ContainsKey(MirrorAnnotation)) throw request.Forbid($"pod does not have \"{MirrorAnnotation}\" annotation, node \"{node}\" can only create mirror pods");
                if (pod.Spec.NodeName != node) throw request.Forbid($"node \"{node}\" can only create pods with spec.nodeName set to itself");
                break;
            case AdmissionOperation.Delete when request.OldObject?.Typed is Pod pod && pod.Spec.NodeName != node:
                throw request.Forbid($"node \"{node}\" can only delete pods with spec.nodeName set to itself");
            case AdmissionOperation.Update when request.Subresource == "status" && request.OldObject?.Typed is Pod old:
                if (old.Spec.NodeName != node) throw request.Forbid($"node \"{node}\" can only update pod status for pods with spec.nodeName set to itself");
                if (request.Object!.Metadata.Labels != old.Metadata.Labels) throw request.Forbid($"node \"{node}\" cannot update labels through pod status");
                break;
            case AdmissionOperation.Update when request.Subresource != "status":
                throw request.Forbid($"unexpected operation \"UPDATE\", node \"{node}\" can only create and delete mirror pods");
        }
    }

    private static void CheckNode(AdmissionRequest request, string node)
    {
        if (request.Name.Name != node) throw request.Forbid($"node \"{node}\" is not allowed to modify node \"{request.Name.Name}\"");
        if (request.Object?.Typed is not Node written) return;
        if (written.Spec.ConfigSource is not null && (request.OldObject?.Typed as Node)?.Spec.ConfigSource != written.Spec.ConfigSource) throw request.Forbid($"node \"{node}\" is not allowed to set spec.configSource");
        if (request.OldObject?.Typed is not Node old)
        {
            CheckLabels(request, node, written.Metadata.Labels, default);
            return;
        }

        if (written.Spec.Taints != old.Spec.Taints) throw request.Forbid($"node \"{node}\" is not allowed to modify taints");
        if (written.Metadata.OwnerReferences != old.Metadata.OwnerReferences) throw request.Forbid($"node \"{node}\" is not allowed to update ownerReferences");
        CheckLabels(request, node, written.Metadata.Labels, old.Metadata.Labels);
    }

    private static void CheckLabels(AdmissionRequest request, string node, ApiMap<string> labels, ApiMap<string> old)
    {
        var changed = labels.Keys.Concat(old.Keys).Distinct().Where(key => IsRestricted(key) && labels.GetValueOrDefault(key) != old.GetValueOrDefault(key)).Order(StringComparer.Ordinal).ToList();
        if (changed.Count > 0) throw request.Forbid($"is not allowed to modify labels: {string.Join(", ", changed)}");
    }

    private static bool IsRestricted(string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        var domain = slash < 0 ? "" : key[..slash];
        return domain == RestrictedDomain || domain.EndsWith("." + RestrictedDomain, StringComparison.Ordinal);
    }
}
