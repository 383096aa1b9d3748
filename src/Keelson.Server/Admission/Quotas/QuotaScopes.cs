using Keelson.Api.Core.V1;
using Keelson.Server.Objects;

namespace Keelson.Server.Admission.Quotas;

/// <summary>Which objects a quota counts.</summary>
internal static class QuotaScopes
{
    public static bool Match(ResourceQuota quota, ApiObject value)
    {
        foreach (var scope in quota.Spec.Scopes)
        {
            if (!Match(new ScopedResourceSelectorRequirement { ScopeName = scope, Operator = ScopeSelectorOperator.Exists }, value)) return false;
        }

        foreach (var wanted in quota.Spec.ScopeSelector?.MatchExpressions ?? default)
        {
            if (!Match(wanted, value)) return false;
        }

        return true;
    }

    private static bool Match(ScopedResourceSelectorRequirement wanted, ApiObject value) => (value.Typed, wanted.ScopeName) switch
    {
        (Pod pod, ResourceQuotaScope.Terminating) => pod.Spec.ActiveDeadlineSeconds >= 0,
        (Pod pod, ResourceQuotaScope.NotTerminating) => pod.Spec.ActiveDeadlineSeconds is null or < 0,
        (Pod pod, ResourceQuotaScope.BestEffort) => IsBestEffort(pod),
        (Pod pod, ResourceQuotaScope.NotBestEffort) => !IsBestEffort(pod),
        (Pod pod, ResourceQuotaScope.PriorityClass) => Match(wanted, pod.Spec.PriorityClassName),
        (Pod pod, ResourceQuotaScope.CrossNamespacePodAffinity) => CrossesNamespaces(pod.Spec.Affinity),
        (PersistentVolumeClaim claim, ResourceQuotaScope.VolumeAttributesClass) => Match(wanted, claim.Spec.VolumeAttributesClassName ?? ""),
        _ => false,
    };

    private static bool Match(ScopedResourceSelectorRequirement wanted, string name) => wanted.Operator switch
    {
        ScopeSelectorOperator.In => wanted.Values.Contains(name),
        ScopeSelectorOperator.NotIn => !wanted.Values.Contains(name),
        ScopeSelectorOperator.DoesNotExist => name.Length == 0,
        _ => name.Length > 0,
    };

    private static bool IsBestEffort(Pod pod) => PodQuality.ClassOf(pod) == PodQOSClass.BestEffort;

    private static bool CrossesNamespaces(Affinity? affinity)
    {
        var terms = (affinity?.PodAffinity?.RequiredDuringSchedulingIgnoredDuringExecution ?? default)
            .Concat((affinity?.PodAffinity?.PreferredDuringSchedulingIgnoredDuringExecution ?? default).Select(weighted => weighted.PodAffinityTerm))
            .Concat(affinity?.PodAntiAffinity?.RequiredDuringSchedulingIgnoredDuringExecution ?? default)
            .Concat((affinity?.PodAntiAffinity?.PreferredDuringSchedulingIgnoredDuringExecution ?? default).Select(weighted => weighted.PodAffinityTerm));
        return terms.Any(term => !term.Namespaces.IsEmpty || term.NamespaceSelector is not null);
    }
}
