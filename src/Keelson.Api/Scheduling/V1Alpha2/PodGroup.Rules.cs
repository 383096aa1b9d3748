using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Scheduling.V1Alpha2;

public sealed partial record PodGroup : IHasDefaults, IHasRules
{
    private const int MaximumClaimStatuses = 4;

    public IResource WithDefaults() => Spec.DisruptionMode is null ? this with { Spec = Spec with { DisruptionMode = DisruptionMode.Pod } } : this;

    public void Validate(FieldErrors errors)
    {
        using var scope = errors.In("spec");
        if (Spec.PodGroupTemplateRef is { } template)
        {
            using var inner = errors.In("podGroupTemplateRef");
            if (template.Workload is not { } workload) errors.Invalid(null, "", "must specify one of: `workload`");
            else
            {
                if (workload.WorkloadName.Length == 0) errors.Required("workload.workloadName");
                else errors.Invalid("workload.workloadName", workload.WorkloadName, DnsName.CheckSubdomain(workload.WorkloadName), "format=k8s-long-name");
                GroupRules.ExpectLabel("workload.podGroupTemplateName", workload.PodGroupTemplateName, errors);
            }
        }

        GroupRules.Validate(Spec.SchedulingPolicy, errors);
        GroupRules.Validate(Spec.SchedulingConstraints, errors);
        GroupRules.Validate(Spec.ResourceClaims, errors);
        GroupRules.ValidatePriority(Spec.DisruptionMode, Spec.PriorityClassName, Spec.Priority, errors);
    }

    public void ValidateUpdate(IResource old, FieldErrors errors)
    {
        Validate(errors);
        var before = ((PodGroup)old).Spec;
        using var scope = errors.In("spec");
        errors.ExpectSameObject("podGroupTemplateRef", Spec.PodGroupTemplateRef, before.PodGroupTemplateRef);
        errors.ExpectSameObject("schedulingPolicy", Spec.SchedulingPolicy, before.SchedulingPolicy);
        errors.ExpectSameObject("schedulingConstraints", Spec.SchedulingConstraints, before.SchedulingConstraints);
        errors.ExpectSame("resourceClaims", Spec.ResourceClaims, before.ResourceClaims, Shown.Objects(Spec.ResourceClaims));
        errors.ExpectSame("disruptionMode", Spec.DisruptionMode, before.DisruptionMode, Shown.Text(Spec.DisruptionMode));
        errors.ExpectSame("priorityClassName", Spec.PriorityClassName, before.PriorityClassName);
        errors.ExpectSame("priority", Spec.Priority, before.Priority, Shown.Number(Spec.Priority));
    }
    /// <inheritdoc/>
    public void ValidateStatusUpdate(IResource old, FieldErrors errors)
    {
        using var scope = errors.In("status");
        errors.ExpectConditions("conditions", Status.Conditions);
        var claims = Status.ResourceClaimStatuses;
        if (claims.Count > MaximumClaimStatuses) errors.TooMany("resourceClaimStatuses", claims.Count, MaximumClaimStatuses, "maxItems");
        for (var i = 0; i < claims.Count; i++)
        {
            using var inner = errors.In("resourceClaimStatuses", i);
            if (claims[i].ResourceClaimName is { } name) errors.Invalid("resourceClaimName", name, DnsName.CheckSubdomain(name), "format=k8s-long-name");
            if (Spec.ResourceClaims.FindIndex(claim => claim.Name == claims[i].Name) < 0) errors.Invalid("name", claims[i].Name, "must match the name of an entry in `spec.resourceClaims`");
        }
    }
}
