using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Scheduling.V1Alpha2;

/// <summary>What groups of pods and templates of groups have in common.</summary>
internal static class GroupRules
{
    private const int MaximumClaims = 4;
    private const int HighestPriority = 1_000_000_000;

    public static void Validate(PodGroupSchedulingPolicy policy, FieldErrors errors)
    {
        using var scope = errors.In("schedulingPolicy");
        if (policy.Basic is null == policy.Gang is null)
        {
            errors.Invalid(null, policy.Basic is null ? "" : "{basic, gang}", policy.Basic is null
                ? "must specify one of: `basic`, `gang`" : "must specify exactly one of: `basic`, `gang`");
        }

        if (policy.Gang is { MinCount: 0 }) errors.Required("gang.minCount");
        else if (policy.Gang is { MinCount: < 0 } gang) errors.Invalid("gang.minCount", gang.MinCount, "must be greater than or equal to 1", "minimum");
    }

    public static void Validate(PodGroupSchedulingConstraints? constraints, FieldErrors errors)
    {
        if (constraints is null) return;
        using var scope = errors.In("schedulingConstraints");
        if (constraints.Topology.Count > 1) errors.TooMany("topology", constraints.Topology.Count, 1, "maxItems");
        for (var i = 0; i < constraints.Topology.Count; i++)
        {
            using var inner = errors.In("topology", i);
            var key = constraints.Topology[i].Key;
            if (key.Length == 0) errors.Required("key");
            else errors.ExpectLabelKey("key", key);
        }
    }

    public static void Validate(ApiList<PodGroupResourceClaim> claims, FieldErrors errors)
    {
        if (claims.Count > MaximumClaims) errors.TooMany("resourceClaims", claims.Count, MaximumClaims, "maxItems");
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < claims.Count; i++)
        {
            var claim = claims[i];
            using var scope = errors.In("resourceClaims", i);
            ExpectLabel("name", claim.Name, errors);
            if (!names.Add(claim.Name)) errors.Duplicate(null, Shown.Object(claim));
            if (claim.ResourceClaimName is null == claim.ResourceClaimTemplateName is null)
            {
                errors.Invalid(null, claim.ResourceClaimName is null ? "" : "{resourceClaimName, resourceClaimTemplateName}",
                    claim.ResourceClaimName is null ? "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`"
                    : "must specify exactly one of: `resourceClaimName`, `resourceClaimTemplateName`");
            }

            if (claim.ResourceClaimName is { } name) errors.Invalid("resourceClaimName", name, DnsName.CheckSubdomain(name), "format=k8s-long-name");
            if (claim.ResourceClaimTemplateName is { } template)
            {
                errors.Invalid("resourceClaimTemplateName", template, DnsName.CheckSubdomain(template), "format=k8s-long-name");
            }
        }
    }

    public static void ValidatePriority(string? mode, string className, int? priority, FieldErrors errors)
    {
        if (mode is not null) errors.ExpectKnown("disruptionMode", mode, DisruptionMode.Pod, DisruptionMode.PodGroup);
        if (className.Length > 0) errors.Invalid("priorityClassName", className, DnsName.CheckSubdomain(className), "format=k8s-long-name");
        if (priority > HighestPriority) errors.Invalid("priority", priority.Value, $"must be less than or equal to {HighestPriority}", "maximum");
    }

    public static void ExpectLabel(string field, string name, FieldErrors errors)
    {
        if (name.Length == 0) errors.Required(field);
        else errors.Invalid(field, name, DnsName.CheckLabel(name), "format=k8s-short-name");
    }
}
