using Keelson.Api;
using Keelson.Api.Authentication.V1;
using Keelson.Api.Rbac.V1;
using Keelson.Server.Admission;
using Keelson.Server.Http;

namespace Keelson.Server.Access.Rbac;

/// <summary>Nobody grants what they do not have, unless they may escalate the role or bind it.</summary>
internal sealed class EscalationGuard(RbacAuthorizer authorizer) : IAdmissionPlugin
{
    private static readonly PolicyRule[] FullAuthority =
    [
        new() { ApiGroups = [RuleMatching.All], Resources = [RuleMatching.All], Verbs = [RuleMatching.All] },
        new() { NonResourceURLs = [RuleMatching.All], Verbs = [RuleMatching.All] },
    ];

    public async ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        if (request.Resource.Kind.Group != RbacAuthorizer.Group || request.Object?.Typed is not { } written) return;
        if (request.User.Groups.Contains(KnownUsers.Superusers)) return;
        var old = request.OldObject?.Typed;
        switch (written)
        {
            case Role role when role.Rules != (old as Role)?.Rules || old is null:
                await CheckRoleAsync(request, role.Rules, cancel).ConfigureAwait(false);
                break;
            case ClusterRole role when old is not ClusterRole before || role.Rules != before.Rules || role.AggregationRule != before.AggregationRule:
                await CheckClusterRoleAsync(request, role, cancel).ConfigureAwait(false);
                break;
            case RoleBinding binding when old is not RoleBinding before || binding.RoleRef != before.RoleRef || binding.Subjects != before.Subjects:
                await CheckBindingAsync(request, binding.RoleRef, cancel).ConfigureAwait(false);
                break;
            case ClusterRoleBinding binding when old is not ClusterRoleBinding before || binding.RoleRef != before.RoleRef || binding.Subjects != before.Subjects:
                await CheckBindingAsync(request, binding.RoleRef, cancel).ConfigureAwait(false);
                break;
        }
    }

    private async ValueTask CheckRoleAsync(AdmissionRequest request, ApiList<PolicyRule> rules, CancellationToken cancel)
    {
        if (!await MayEscalateAsync(request, cancel).ConfigureAwait(false)) CheckHeld(request, rules);
    }

    // Who sets a selector may gather any rule there will ever be, so that takes all rights there are.
    private async ValueTask CheckClusterRoleAsync(AdmissionRequest request, ClusterRole role, CancellationToken cancel)
    {
        if (await MayEscalateAsync(request, cancel).ConfigureAwait(false)) return;
        CheckHeld(request, role.Rules);
        if (role.AggregationRule is null) return;
        if (RuleMatching.Missing(authorizer.RulesOf(request.User, "", []), FullAuthority).Count == 0) return;
        throw Failures.Forbidden(request.Resource, request.Name.Name, "must have cluster-admin privileges to use the aggregationRule");
    }

    private async ValueTask CheckBindingAsync(AdmissionRequest request, RoleRef role, CancellationToken cancel)
    {
        var resource = role.Kind == "Role" ? "roles" : "clusterroles";
        if (await MayAsync(request.User, "bind", resource, request.Name.Namespace, role.Name, cancel).ConfigureAwait(false)) return;
        var rules = authorizer.Roles.Find(role, request.Name.Namespace)
            ?? throw new ApiException(Failures.NotFound(request.Resource, role.Name).Status with
            {
                Message = $"{resource}.{RbacAuthorizer.Group} \"{role.Name}\" not found",
                Details = new() { Name = role.Name, Group = RbacAuthorizer.Group, Kind = resource },
            });
        CheckHeld(request, rules);
    }

    private void CheckHeld(AdmissionRequest request, ApiList<PolicyRule> rules)
    {
        var findings = new List<string>();
        var missing = RuleMatching.Missing(authorizer.RulesOf(request.User, request.Name.Namespace, findings), rules);
        if (missing.Count == 0) return;
        var user = $"user \"{request.User.Username}\" (groups={RuleText.Quote(request.User.Groups)})";
        var unresolved = findings.Count == 0 ? "" : $"; resolution errors: [{RbacAuthorizer.Aggregate(findings)}]";
        throw Failures.Forbidden(
            request.Resource, request.Name.Name, $"{user} is attempting to grant RBAC permissions not currently held:\n{RuleText.Of(missing)}{unresolved}");
    }

    private ValueTask<bool> MayEscalateAsync(AdmissionRequest request, CancellationToken cancel) => MayAsync(
        request.User, "escalate", request.Resource.Info.Plural, request.Name.Namespace, request.Operation == AdmissionOperation.Create ? "" : request.Name.Name, cancel);

    private async ValueTask<bool> MayAsync(UserInfo user, string verb, string resource, string space, string name, CancellationToken cancel)
    {
        var asked = new RequestInfo
        {
            Path = "", Verb = verb, IsResource = true, Group = RbacAuthorizer.Group, Version = RuleMatching.All, Resource = resource, Namespace = space, Name = name,
        };
        return (await authorizer.AuthorizeAsync(user, asked, cancel).ConfigureAwait(false)).IsAllowed;
    }
}
