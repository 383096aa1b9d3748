using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Resources.V1;
using Keelson.Server.Access;
using Keelson.Server.Access.Nodes;

namespace Keelson.Server.Admission;

/// <summary>A node writes to itself, to its lease and to the pods that run on it, and to nothing of other nodes.</summary>
internal sealed class NodeRestriction(AdmissionLookup lookup, IAuthorizer authorizer) : IAdmissionPlugin
{
    private readonly NodePodChecks _pods = new(lookup);
    private readonly NodeTokenChecks _tokens = new(lookup, authorizer);

    private const string LeaseNamespace = "kube-node-lease";
    private const string RestrictedDomain = "node-restriction.kubernetes.io";

    private static readonly HashSet<string> OwnLabels = new(StringComparer.Ordinal)
    {
        "kubernetes.io/hostname", "kubernetes.io/os", "kubernetes.io/arch", "beta.kubernetes.io/os", "beta.kubernetes.io/arch", "beta.kubernetes.io/instance-type",
        "node.kubernetes.io/instance-type", "topology.kubernetes.io/zone", "topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/region",
    };

    public async ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        if (request.Operation == AdmissionOperation.Connect || !NodeIdentity.Is(request.User, out var node)) return;
        if (node.Length == 0) throw request.Forbid($"could not determine node from user \"{request.User.Username}\"");
        switch ((request.Resource.Kind.Group, request.Resource.Info.Plural))
        {
            case ("", "pods"):
                await _pods.CheckAsync(request, node, cancel).ConfigureAwait(false);
                break;
            case ("", "nodes"):
                CheckNode(request, node);
                break;
            case ("", "persistentvolumeclaims"):
                CheckClaim(request, node);
                break;
            case ("", "serviceaccounts") when request is { Subresource: "token", Operation: AdmissionOperation.Create }:
                await _tokens.CheckAsync(request, node, cancel).ConfigureAwait(false);
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

    // What a kubelet reports of a volume that it enlarged is all that it may say of a claim.
    private static void CheckClaim(AdmissionRequest request, string node)
    {
        if (request.Subresource != "status") throw request.Forbid("may only update PVC status");
        if (request.Operation != AdmissionOperation.Update) throw request.Forbid($"unexpected operation \"{request.Operation.ToString().ToUpperInvariant()}\"");
        if (request.Object?.Typed is PersistentVolumeClaim written && request.OldObject?.Typed is PersistentVolumeClaim old && Fixed(written) == Fixed(old)) return;
        throw request.Forbid($"node \"{node}\" is not allowed to update fields other than status.capacity and status.conditions");
    }

    private static PersistentVolumeClaim Fixed(PersistentVolumeClaim claim) => claim with
    {
        Metadata = claim.Metadata with { ResourceVersion = "", ManagedFields = default },
        Status = claim.Status with { Capacity = default, Conditions = default, AllocatedResources = default, AllocatedResourceStatuses = default },
    };

    private static void CheckSlice(AdmissionRequest request, string node)
    {
        var slice = (request.Operation == AdmissionOperation.Delete ? request.OldObject : request.Object)?.Typed as ResourceSlice;
        if (slice?.Spec.NodeName != node) throw request.Forbid($"can only {request.Operation.ToString().ToLowerInvariant()} ResourceSlice with the same NodeName as the requesting node");
    }

    private static void CheckNode(AdmissionRequest request, string node)
    {
        if (request.Name.Name != node) throw request.Forbid($"node \"{node}\" is not allowed to modify node \"{request.Name.Name}\"");
        if (request.Object?.Typed is not Node written) return;
        if (written.Spec.ConfigSource is { } source && (request.OldObject?.Typed as Node)?.Spec.ConfigSource != source)
        {
            throw request.Forbid(request.Operation == AdmissionOperation.Create
                ? $"node \"{node}\" is not allowed to create pods with a non-nil configSource"
                : $"node \"{node}\" is not allowed to update configSource to a new non-nil configSource");
        }

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
