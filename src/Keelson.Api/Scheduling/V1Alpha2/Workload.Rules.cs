using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Scheduling.V1Alpha2;

public sealed partial record Workload : IHasRules
{
    private const int MaximumTemplates = 8;

    public void Validate(FieldErrors errors)
    {
        using var scope = errors.In("spec");
        if (Spec.ControllerRef is { } controller)
        {
            using var inner = errors.In("controllerRef");
            if (controller.ApiGroup.Length > 0) errors.Invalid("apiGroup", controller.ApiGroup, DnsName.CheckSubdomain(controller.ApiGroup), "format=k8s-long-name");
            errors.ExpectPathSegment("kind", controller.Kind);
            errors.ExpectPathSegment("name", controller.Name);
        }

        var templates = Spec.PodGroupTemplates;
        if (templates.IsEmpty) errors.Required("podGroupTemplates", "must have at least one item");
        if (templates.Count > MaximumTemplates) errors.TooMany("podGroupTemplates", templates.Count, MaximumTemplates, "maxItems");
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < templates.Count; i++)
        {
            var template = templates[i];
            using var inner = errors.In("podGroupTemplates", i);
            GroupRules.ExpectLabel("name", template.Name, errors);
            if (!names.Add(template.Name)) errors.Duplicate(null, Shown.Object(template));
            GroupRules.Validate(template.SchedulingPolicy, errors);
            GroupRules.Validate(template.SchedulingConstraints, errors);
            GroupRules.Validate(template.ResourceClaims, errors);
            GroupRules.ValidatePriority(template.DisruptionMode, template.PriorityClassName, template.Priority, errors);
        }
    }

    public void ValidateUpdate(IResource old, FieldErrors errors)
    {
        Validate(errors);
        var before = ((Workload)old).Spec;
        using var scope = errors.In("spec");
        // Who controls it may be told later.
        if (before.ControllerRef is not null) errors.ExpectSameObject("controllerRef", Spec.ControllerRef, before.ControllerRef);
        errors.ExpectSame("podGroupTemplates", Spec.PodGroupTemplates, before.PodGroupTemplates, Shown.Objects(Spec.PodGroupTemplates));
    }
}
