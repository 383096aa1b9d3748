using Keelson.Api.Core.V1;

namespace Keelson.Control.Controllers.Quotas;

/// <summary>Which pods a quota counts.</summary>
internal static class PodScopes
{
    public static bool Selects(ResourceQuota quota, Pod pod) =>
        quota.Spec.Scopes.All(scope => Matches(new ScopedResourceSelectorRequirement { ScopeName = scope, Operator = ScopeSelectorOperator.Exists }, pod))
        && (quota.Spec.ScopeSelector?.MatchExpressions ?? default).All(wanted => Matches(wanted, pod));

    private static bool Matches(ScopedResourceSelectorRequirement wanted, Pod pod) => wanted.ScopeName switch
    {
        ResourceQuotaScope.Terminating => pod.Spec.ActiveDeadlineSeconds >= 0,
        ResourceQuotaScope.NotTerminating => pod.Spec.ActiveDeadlineSeconds is null or < 0,
        ResourceQuotaScope.BestEffort => IsBestEffort(pod),
        ResourceQuotaScope.NotBestEffort => !IsBestEffort(pod),
        ResourceQuotaScope.PriorityClass => MatchesName(wanted, pod.Spec.PriorityClassName),
        ResourceQuotaScope.CrossNamespacePodAffinity => CrossesNamespaces(pod.Spec.Affinity),
        _ => false,
    };

    private static bool MatchesName(ScopedResourceSelectorRequirement wanted, string name) => wanted.Operator switch
    {
        ScopeSelectorOperator.In => wanted.Values.Contains(name),
        ScopeSelectorOperator.NotIn => !wanted.Values.Contains(name),
        ScopeSelectorOperator.DoesNotExist => name.Length == 0,
        _ => name.Length > 0,
    };

    private static bool IsBestEffort(Pod pod) => pod.Spec.Containers.Concat(pod.Spec.InitContainers)
        .All(container => !Asks(container.Resources.Requests) && !Asks(container.Resources.Limits));

    private static bool Asks(Api.ApiMap<Api.Quantity> amounts) => amounts.Any(amount => amount.Key is "cpu" or "memory" && !amount.Value.IsZero);

    private static bool CrossesNamespaces(Affinity? affinity)
    {
        var (near, far) = (affinity?.PodAffinity, affinity?.PodAntiAffinity);
        var terms = (near?.RequiredDuringSchedulingIgnoredDuringExecution ?? default)
            .Concat((near?.PreferredDuringSchedulingIgnoredDuringExecution ?? default).Select(weighed => weighed.PodAffinityTerm))
            .Concat(far?.RequiredDuringSchedulingIgnoredDuringExecution ?? default)
            .Concat((far?.PreferredDuringSchedulingIgnoredDuringExecution ?? default).Select(weighed => weighed.PodAffinityTerm));
        return terms.Any(term => !term.Namespaces.IsEmpty || term.NamespaceSelector is not null);
    }
}
