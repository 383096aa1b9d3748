using System.Text;
using Keelson.Api;
using Keelson.Api.Rbac.V1;
using Keelson.Api.Selectors;
using Keelson.Server.Cache;

namespace Keelson.Server.Access.Rbac;

/// <summary>Finds what roles allow, sums of others included.</summary>
internal sealed class RoleLookup(ResourceCache roles, ResourceCache clusterRoles)
{
    private volatile Sums _sums = new(clusterRoles.State);

    /// <summary>The rules of a role; null where it does not exist, or is of no known kind.</summary>
    public ApiList<PolicyRule>? Find(RoleRef role, string space) => role.Kind switch
    {
        "ClusterRole" => FindClusterRole(role.Name),
        "Role" => (roles.State.Index.Find(Encoding.UTF8.GetBytes($"{space}/{role.Name}"))?.Object.Typed as Role)?.Rules,
        _ => null,
    };

    private ApiList<PolicyRule>? FindClusterRole(string name)
    {
        var state = clusterRoles.State;
        if (state.Index.Find(Encoding.UTF8.GetBytes(name))?.Object.Typed is not ClusterRole role) return null;
        if (role.AggregationRule is null) return role.Rules;
        var sums = _sums;
        if (!ReferenceEquals(sums.State, state)) _sums = sums = new Sums(state);
        return sums.ByName.GetOrAdd(name, static (_, args) => RoleSum.Of(args.role, args.state), (role, state));
    }

    private sealed record Sums(CacheState State)
    {
        public System.Collections.Concurrent.ConcurrentDictionary<string, ApiList<PolicyRule>> ByName { get; } = new(StringComparer.Ordinal);
    }
}

/// <summary>Adds up the roles that an aggregation rule selects, and those that these select in turn.</summary>
internal static class RoleSum
{
    public static ApiList<PolicyRule> Of(ClusterRole sum, CacheState state) =>
        Of(sum, [.. state.Index.All.Select(cached => cached.Object.Typed).OfType<ClusterRole>()]);

    public static ApiList<PolicyRule> Of(ClusterRole sum, IReadOnlyList<ClusterRole> all)
    {
        var rules = new List<PolicyRule>();
        var known = new HashSet<PolicyRule>();
        var seen = new HashSet<string>(StringComparer.Ordinal) { sum.Metadata.Name };
        var open = new Queue<ClusterRole>([sum]);
        while (open.TryDequeue(out var next))
        {
            foreach (var selector in next.AggregationRule?.ClusterRoleSelectors ?? default)
            {
                var expressions = selector.MatchExpressions.Select(each => new LabelExpression(each.Key, each.Operator, each.Values)).ToArray();
                if (!LabelQuery.TryCreate(selector.MatchLabels, expressions, out var query, out _)) continue;
                foreach (var role in all)
                {
                    if (!query.Matches(role.Metadata.Labels) || !seen.Add(role.Metadata.Name)) continue;
                    if (role.AggregationRule is not null) open.Enqueue(role);
                    else rules.AddRange(role.Rules.Where(known.Add));
                }
            }
        }

        return rules.ToApiList();
    }
}
