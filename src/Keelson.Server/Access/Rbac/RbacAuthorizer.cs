using Keelson.Api.Authentication.V1;
using Keelson.Api.Rbac.V1;
using Keelson.Server.Cache;
using Keelson.Server.Http;
using Keelson.Server.Registry;
using Keelson.Server.Storing;

namespace Keelson.Server.Access.Rbac;

/// <summary>Allows what roles and their bindings say, and superusers everything.</summary>
/// <remarks>Decides on the server's own caches: once the write of a binding is acknowledged, the next decision follows it.</remarks>
internal sealed class RbacAuthorizer : IAuthorizer
{
    public const string Group = "rbac.authorization.k8s.io";

    private readonly ObjectStore _objects;
    private readonly ResourceCache _clusterBindings;
    private readonly ResourceCache _bindings;
    private volatile GrantIndex _grants;

    public RbacAuthorizer(ObjectStore objects, ResourceRegistry registry)
    {
        _objects = objects;
        _clusterBindings = CacheOf("clusterrolebindings");
        _bindings = CacheOf("rolebindings");
        Roles = new RoleLookup(CacheOf("roles"), CacheOf("clusterroles"));
        _grants = new GrantIndex(_clusterBindings.State, _bindings.State);

        ResourceCache CacheOf(string plural) =>
            objects.Feed.CacheOf(registry.Find(Group, plural) ?? throw new InvalidOperationException($"{plural} are not registered"));
    }

    public RoleLookup Roles { get; }

    public async ValueTask<Decision> AuthorizeAsync(UserInfo user, RequestInfo request, CancellationToken cancel)
    {
        if (user.Groups.Contains(KnownUsers.Superusers)) return new Decision(true, "");

        // Whether the server is healthy can be asked also while its store is not.
        if (request.IsResource) await _objects.CatchUpWithOwnAsync(cancel).ConfigureAwait(false);
        return Decide(user, request);
    }

    /// <summary>All rules that hold for a user in a namespace; what could not be resolved is added to the findings.</summary>
    public List<PolicyRule> RulesOf(UserInfo user, string space, List<string> findings)
    {
        var rules = new List<PolicyRule>();
        var seen = new HashSet<(string, string)>();
        foreach (var grant in Grants().Of(user, space))
        {
            if (!seen.Add((grant.Namespace, grant.Binding))) continue;
            if (Roles.Find(grant.Role, grant.Namespace) is { } found) rules.AddRange(found);
            else findings.Add(NotFound(grant.Role));
        }

        return rules;
    }

    private Decision Decide(UserInfo user, RequestInfo request)
    {
        List<string>? findings = null;
        foreach (var grant in Grants().Of(user, request.Namespace))
        {
            if (Roles.Find(grant.Role, grant.Namespace) is not { } rules)
            {
                var finding = NotFound(grant.Role);
                if (findings?.Contains(finding) != true) (findings ??= []).Add(finding);
                continue;
            }

            foreach (var rule in rules)
            {
                if (RuleMatching.Allows(rule, request)) return new Decision(true, $"RBAC: allowed by {grant}");
            }
        }

        return new Decision(false, findings is null ? "" : $"RBAC: {Aggregate(findings)}");
    }

    /// <summary>Several findings as one text.</summary>
    public static string Aggregate(IReadOnlyList<string> findings) => findings.Count == 1 ? findings[0] : $"[{string.Join(", ", findings)}]";

    private static string NotFound(RoleRef role) => role.Kind is "Role" or "ClusterRole"
        ? $"{role.Kind.ToLowerInvariant()}.{Group} \"{role.Name}\" not found"
        : $"unsupported role reference kind: \"{role.Kind}\"";

    // Two threads that both find the index old lose only the work.
    private GrantIndex Grants()
    {
        var grants = _grants;
        var (clusterBindings, bindings) = (_clusterBindings.State, _bindings.State);
        if (ReferenceEquals(grants.ClusterBindings, clusterBindings) && ReferenceEquals(grants.Bindings, bindings)) return grants;
        return _grants = new GrantIndex(clusterBindings, bindings);
    }
}
