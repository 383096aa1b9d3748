using Keelson.Api;
using Keelson.Api.Authentication.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Resources.V1;
using Keelson.Server.Access.Nodes;

namespace Keelson.Server.Admission;

/// <summary>A node writes to itself, to its lease and to the pods that run on it, and to nothing of other nodes.</summary>
internal sealed class NodeRestriction(AdmissionLookup lookup) : IAdmissionPlugin
{
    private const string LeaseNamespace = "kube-node-lease";
    private const string MirrorAnnotation = "kubernetes.io/config.mirror";
    private const string RestrictedDomain = "node-restriction.kubernetes.io";

    private static readonly HashSet<string> OwnLabels = new(StringComparer.Ordinal)
    {
        "kubernetes.io/hostname", "kubernetes.io/os", "kubernetes.io/arch", "beta.kubernetes.io/os", "beta.kubernetes.io/arch", "beta.kubernetes.io/instance-type",
        "node.kubernetes.io/instance-type", "topology.kubernetes.io/zone", "topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/region",
    };

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
            case ("", "serviceaccounts") when request.Subresource == "token":
                await CheckTokenAsync(request, node, cancel).ConfigureAwait(false);
                break;
            case ("storage.k8s.io", "csinodes"):
                if (request.Name.Name != node) throw request.Forbid("can only access CSINode with the same name as the requesting node");
                break;
            case ("resource.k8s.io", "resourceslices"):
                CheckSlice(request, node);
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

    // Who has a node must not become every account that has a pod somewhere.
    private async ValueTask CheckTokenAsync(AdmissionRequest request, string node, CancellationToken cancel)
    {
        var reference = (request.Object?.Typed as TokenRequest)?.Spec.BoundObjectRef;
        if (reference is not { ApiVersion: "v1", Kind: "Pod", Name.Length: > 0 }) throw request.Forbid("node requested token not bound to a pod");
        if (reference.Uid.Length == 0) throw request.Forbid("node requested token with a pod binding without a uid");
        var pod = await lookup.FindAsync<Pod>("", "pods", request.Name.Namespace, reference.Name, cancel).ConfigureAwait(false) ?? throw Http.Failures.NotFound(lookup.Resource("", "pods"), reference.Name);
        if (pod.Metadata.Uid != reference.Uid)
        {
            throw request.Forbid($"the UID in the bound object reference ({reference.Uid}) does not match the UID in record. The object might have been deleted and then recreated");
        }

        if (pod.Spec.NodeName != node) throw request.Forbid("node requested token bound to a pod scheduled on a different node");
    }

    private static void CheckSlice(AdmissionRequest request, string node)
    {
        var slice = (request.Operation == AdmissionOperation.Delete ? request.OldObject : request.Object)?.Typed as ResourceSlice;
        if (slice?.Spec.NodeName != node) throw request.Forbid($"can only {request.Operation.ToString().ToLowerInvariant()} ResourceSlice with the same NodeName as the requesting node");
    }

    private static void CheckNode(AdmissionRequest request, string node)
    {
        if (request.Name.Name != node) throw request.Forbid($"node \"{node}\" is not allowed to modify node \"{request.Name.Name}\"");
        if (request.Object?.Typed is not Node written) return;
        if (written.Spec.ConfigSource is not null && (request.OldObject?.Typed as Node)?.Spec.ConfigSource != written.Spec.ConfigSource) throw request.Forbid($"node \"{node}\" is not allowed to set spec.configSource");
        if (request.OldObject?.Typed is not Node old)
        {
            var set = Forbidden(written.Metadata.Labels, default);
            if (set.Count > 0) throw request.Forbid($"node \"{node}\" is not allowed to set the following labels: {string.Join(", ", set)}");
            return;
        }

        if (written.Spec.Taints != old.Spec.Taints) throw request.Forbid($"node \"{node}\" is not allowed to modify taints");
        if (written.Metadata.OwnerReferences != old.Metadata.OwnerReferences) throw request.Forbid($"node \"{node}\" is not allowed to update ownerReferences");
        var changed = Forbidden(written.Metadata.Labels, old.Metadata.Labels);
        if (changed.Count > 0) throw request.Forbid($"is not allowed to modify labels: {string.Join(", ", changed)}");
    }

    private static List<string> Forbidden(ApiMap<string> labels, ApiMap<string> old) =>
        [.. labels.Keys.Concat(old.Keys).Distinct().Where(key => IsForbidden(key) && labels.GetValueOrDefault(key) != old.GetValueOrDefault(key)).Order(StringComparer.Ordinal)];

    // Of the project's own labels a kubelet says those that are facts about its machine.
    private static bool IsForbidden(string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        var domain = slash < 0 ? "" : key[..slash];
        if (IsWithin(domain, RestrictedDomain)) return true;
        if (!IsWithin(domain, "kubernetes.io") && !IsWithin(domain, "k8s.io")) return false;
        return !OwnLabels.Contains(key) && !IsWithin(domain, "kubelet.kubernetes.io") && !IsWithin(domain, "node.kubernetes.io");
    }

    private static bool IsWithin(string domain, string other) => domain == other || domain.EndsWith("." + other, StringComparison.Ordinal);
}
