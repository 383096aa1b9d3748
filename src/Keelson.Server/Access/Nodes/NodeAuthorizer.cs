using Keelson.Api;
using Keelson.Api.Authentication.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Rbac.V1;
using Keelson.Api.Resources.V1;
using Keelson.Api.Storage.V1;
using Keelson.Server.Access.Rbac;
using Keelson.Server.Access.Rbac.Policy;
using Keelson.Server.Http;
using Keelson.Server.Objects;
using Keelson.Server.Registry;
using Keelson.Server.Storing;

namespace Keelson.Server.Access.Nodes;

/// <summary>Allows a kubelet what it needs for its own node and for the pods on it, and has no opinion about anybody else.</summary>
/// <remarks>What a kubelet may write of its node and its pods, the admission plugin NodeRestriction looks at: here the objects are not known.</remarks>
internal sealed class NodeAuthorizer : IAuthorizer
{
    private const string LeaseNamespace = "kube-node-lease";
    private const string RoleName = "system:node";

    private static readonly Decision Allowed = new(true, "");
    private static readonly Decision NoOpinion = new(false, "");

    private readonly ObjectStore _objects;
    private readonly ResourceRegistry _registry;
    private readonly NodeNeeds _needs;
    private readonly ApiList<PolicyRule> _rules;

    public NodeAuthorizer(ObjectStore objects, ResourceRegistry registry)
    {
        _objects = objects;
        _registry = registry;
        _needs = new NodeNeeds(objects.Feed.CacheOf(Resource("", "pods")));
        _rules = PolicyText.BuiltIn().OfType<ClusterRole>().First(role => role.Metadata.Name == RoleName).Rules;
    }

    public async ValueTask<Decision> AuthorizeAsync(UserInfo user, RequestInfo request, CancellationToken cancel)
    {
        if (!NodeIdentity.Is(user, out var node)) return NoOpinion;
        if (node.Length == 0) return No($"unknown node for user \"{user.Username}\"");
        if (request.IsResource) await _objects.CatchUpWithOwnAsync(cancel).ConfigureAwait(false);
        return Decide(node, request);
    }

    private Decision Decide(string node, RequestInfo request) => !request.IsResource ? ByRules(request) : (request.Group, request.Resource) switch
    {
        ("", "secrets") => ReadOne(node, request, HasSecret),
        ("", "configmaps") => ReadOne(node, request, Needs(NeedKind.ConfigMap)),
        ("", "persistentvolumeclaims") => request.Subresource == "status" ? WriteStatus(node, request, Needs(NeedKind.Claim)) : GetOne(node, request, Needs(NeedKind.Claim)),
        ("", "persistentvolumes") => GetOne(node, request, HasVolume),
        ("resource.k8s.io", "resourceclaims") => GetOne(node, request, Needs(NeedKind.ResourceClaim)),
        ("storage.k8s.io", "volumeattachments") => GetOne(node, request, (at, _, name) => Find<VolumeAttachment>("storage.k8s.io", "volumeattachments", "", name)?.Spec.NodeName == at),
        ("", "serviceaccounts") => Account(node, request),
        ("coordination.k8s.io", "leases") => Lease(node, request),
        ("storage.k8s.io", "csinodes") => StorageNode(node, request),
        ("resource.k8s.io", "resourceslices") => Slice(node, request),
        ("certificates.k8s.io", "clustertrustbundles") when request.Verb is "get" or "list" or "watch" => Allowed,
        ("", "nodes") => Node(node, request),
        ("", "pods") => PodOf(node, request),
        _ => ByRules(request),
    };

    private Decision ByRules(RequestInfo request)
    {
        foreach (var rule in _rules)
        {
            if (RuleMatching.Allows(rule, request)) return Allowed;
        }

        return NoOpinion;
    }

    private static Decision ReadOne(string node, RequestInfo request, Related isRelated)
    {
        if (request.Verb is not ("get" or "list" or "watch")) return No("can only read resources of this type");
        if (request.Subresource.Length > 0) return No("cannot read subresource");
        return request.Namespace.Length == 0 ? No("can only read namespaced object of this type") : IfRelated(node, request, isRelated);
    }

    private static Decision GetOne(string node, RequestInfo request, Related isRelated)
    {
        if (request.Verb != "get") return No("can only get individual resources of this type");
        return request.Subresource.Length > 0 ? No("cannot get subresource") : IfRelated(node, request, isRelated);
    }

    private static Decision WriteStatus(string node, RequestInfo request, Related isRelated) =>
        request.Verb is "update" or "patch" ? IfRelated(node, request, isRelated) : No("can only get/update/patch this type");

    private Decision Account(string node, RequestInfo request)
    {
        if (request is { Verb: "get", Subresource: "" }) return IfRelated(node, request, Needs(NeedKind.ServiceAccount));
        if (request.Verb != "create" || request.Name.Length == 0) return No("can only create tokens for individual service accounts");
        return request.Subresource != "token" ? No("can only create token subresource of serviceaccount") : IfRelated(node, request, Needs(NeedKind.ServiceAccount));
    }

    private static Decision Lease(string node, RequestInfo request)
    {
        if (!IsOwnVerb(request)) return No("can only get, create, update, patch, or delete a node lease");
        if (request.Namespace != LeaseNamespace) return No($"can only access leases in the \"{LeaseNamespace}\" system namespace");
        return request.Verb == "create" || request.Name == node ? Allowed : No("can only access node lease with the same name as the requesting node");
    }

    private static Decision StorageNode(string node, RequestInfo request)
    {
        if (!IsOwnVerb(request)) return No("can only get, create, update, patch, or delete a CSINode");
        if (request.Subresource.Length > 0) return No("cannot authorize CSINode subresources");
        return request.Verb == "create" || request.Name == node ? Allowed : No("can only access CSINode with the same name as the requesting node");
    }

    private Decision Slice(string node, RequestInfo request)
    {
        if (request.Subresource.Length > 0) return No("cannot authorize ResourceSlice subresources");
        return request.Verb switch
        {
            "create" => Allowed,
            "get" or "update" or "patch" or "delete" => IfRelated(node, request, (at, _, name) => Find<ResourceSlice>("resource.k8s.io", "resourceslices", "", name)?.Spec.NodeName == at),
            "watch" or "list" or "deletecollection" => request.Selects("spec.nodeName", node) || request.Selects("nodeName", node)
                ? Allowed
                : No("can only list/watch/deletecollection resourceslices with nodeName field selector"),
            _ => No("only the following verbs are allowed for a ResourceSlice: get, watch, list, create, update, patch, delete, deletecollection"),
        };
    }

    private static Decision Node(string node, RequestInfo request) => (request.Subresource, request.Verb) switch
    {
        ("", "create" or "update" or "patch") or ("status", "update" or "patch") => Allowed,
        ("", "get" or "list" or "watch") when request.ObjectName == node => Allowed,
        ("", "get" or "list" or "watch") => No(request.ObjectName.Length == 0
            ? $"node '{node}' cannot read all nodes, only its own Node object"
            : $"node '{node}' cannot read '{request.ObjectName}', only its own Node object"),
        _ => NoOpinion,
    };

    private Decision PodOf(string node, RequestInfo request) => (request.Subresource, request.Verb) switch
    {
        ("", "get") => IfRelated(node, request, HasPod),
        ("", "list" or "watch") when request.Selects("spec.nodeName", node) => Allowed,
        ("", "list" or "watch") when request.ObjectName.Length > 0 => IfRelated(node, request, HasPod),
        ("", "list" or "watch") => No("can only list/watch pods with spec.nodeName field selector"),
        ("", "create" or "delete") or ("status", "update" or "patch") or ("eviction", "create") => Allowed,
        _ => NoOpinion,
    };

    private static bool IsOwnVerb(RequestInfo request) => request.Verb is "get" or "create" or "update" or "patch" or "delete";

    private static Decision IfRelated(string node, RequestInfo request, Related isRelated)
    {
        if (request.ObjectName.Length == 0) return No("No Object name found");
        return isRelated(node, request.Namespace, request.ObjectName) ? Allowed : No($"no relationship found between node '{node}' and this object");
    }

    private Related Needs(NeedKind kind) => (node, space, name) => _needs.Has(node, new Need(kind, space, name));

    private bool HasPod(string node, string space, string name) => Find<Pod>("", "pods", space, name)?.Spec.NodeName == node;

    private bool HasVolume(string node, string space, string name) =>
        Find<PersistentVolume>("", "persistentvolumes", "", name)?.Spec.ClaimRef is { } claim && _needs.Has(node, new Need(NeedKind.Claim, claim.Namespace, claim.Name));

    // A secret is also needed by whoever mounts a volume with it.
    private bool HasSecret(string node, string space, string name)
    {
        if (_needs.Has(node, new Need(NeedKind.Secret, space, name))) return true;
        foreach (var need in _needs.Of(node, NeedKind.Claim))
        {
            if (Find<PersistentVolumeClaim>("", "persistentvolumeclaims", need.Namespace, need.Name)?.Spec.VolumeName is not { Length: > 0 } bound) continue;
            if (Find<PersistentVolume>("", "persistentvolumes", "", bound) is not { Spec.ClaimRef: { } claim } volume) continue;
            if (claim.Namespace == need.Namespace && claim.Name == need.Name && VolumeSecrets.Has(volume, space, name)) return true;
        }

        return false;
    }

    private T? Find<T>(string group, string plural, string space, string name)
        where T : class => _objects.Peek(Resource(group, plural), new ObjectName(space, name))?.Object.Typed as T;

    private RegisteredResource Resource(string group, string plural) =>
        _registry.Find(group, plural) ?? throw new InvalidOperationException($"{plural} are not registered");

    private static Decision No(string why) => new(false, why);

    private delegate bool Related(string node, string space, string name);
}
