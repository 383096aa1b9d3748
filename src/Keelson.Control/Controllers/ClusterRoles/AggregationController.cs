using Keelson.Api;
using Keelson.Api.Rbac.V1;
using Keelson.Client;
using Keelson.Client.Informers;
using Keelson.Client.Reconciling;
using Keelson.Control.Workloads;

namespace Keelson.Control.Controllers.ClusterRoles;

/// <summary>Writes into roles that are sums of others what the others hold.</summary>
internal sealed class AggregationController : IController, IReconciler<ClusterRole>
{
    private readonly ControllerContext _context;
    private readonly Informer<ClusterRole> _roles;

    public AggregationController(ControllerContext context)
    {
        _context = context;
        _roles = context.Informers.For<ClusterRole>();
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        // Any role may be part of any sum; there are few sums.
        using var loop = _context.Loop("clusterrole-aggregation-controller", this)
            .Watch(_roles, _ => _roles.Snapshot.All.Where(role => role.AggregationRule is not null).Select(role => new ObjectKey("", role.Metadata.Name)));
        await loop.RunAsync(cancel).ConfigureAwait(false);
    }

    public async Task<Outcome> ReconcileAsync(ObjectKey key, CancellationToken cancel)
    {
        if (_roles.Get(key) is not { AggregationRule: { } rule } role) return Outcome.Done;
        var rules = Sum(role, rule, _roles.Snapshot.All);
        if (rules == role.Rules || (rules.IsEmpty && role.Rules.IsEmpty)) return Outcome.Done;
        await _context.Client.Resource<ClusterRole>().UpdateAsync(role with { Rules = rules }, cancel: cancel).ConfigureAwait(false);
        return Outcome.Done;
    }

    /// <summary>The rules of all roles that a sum selects, by the roles' names, each once.</summary>
    internal static ApiList<PolicyRule> Sum(ClusterRole sum, AggregationRule rule, IEnumerable<ClusterRole> roles)
    {
        var queries = rule.ClusterRoleSelectors.Select(LabelSelectors.Query).ToList();
        return roles
            .Where(role => role.Metadata.Name != sum.Metadata.Name && queries.Exists(query => query.Matches(role.Metadata.Labels)))
            .OrderBy(role => role.Metadata.Name, StringComparer.Ordinal)
            .SelectMany(role => role.Rules)
            .Distinct()
            .ToApiList();
    }
}
