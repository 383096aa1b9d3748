using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

public sealed partial record TopologySpreadConstraint
{
    internal static void Validate(ApiList<TopologySpreadConstraint> constraints, FieldErrors errors)
    {
        for (var i = 0; i < constraints.Count; i++)
        {
            var constraint = constraints[i];
            using (errors.In("topologySpreadConstraints", i))
            {
                constraint.ValidateTerms(errors);
                // Of two that are the same, upstream reports the former.
                for (var next = i + 1; next < constraints.Count; next++)
                {
                    if (constraints[next].TopologyKey != constraint.TopologyKey || constraints[next].WhenUnsatisfiable != constraint.WhenUnsatisfiable) continue;
                    errors.Duplicate("{topologyKey, whenUnsatisfiable}", $"{{{constraint.TopologyKey}, {constraint.WhenUnsatisfiable}}}");
                    break;
                }

                constraint.ValidateScope(errors);
            }
        }
    }

    private void ValidateTerms(FieldErrors errors)
    {
        if (MaxSkew <= 0) errors.Invalid("maxSkew", MaxSkew, FieldShorthands.NotPositiveMessage);
        errors.Present("topologyKey", TopologyKey, "can not be empty");
        errors.OneOf("whenUnsatisfiable", WhenUnsatisfiable, UnsatisfiableConstraintAction.DoNotSchedule, UnsatisfiableConstraintAction.ScheduleAnyway);
    }

    private void ValidateScope(FieldErrors errors)
    {
        if (MinDomains is { } least)
        {
            if (least <= 0) errors.Invalid("minDomains", least, FieldShorthands.NotPositiveMessage);
            if (WhenUnsatisfiable != UnsatisfiableConstraintAction.DoNotSchedule)
            {
                errors.Invalid("minDomains", least,
                    $"can only use minDomains if whenUnsatisfiable={UnsatisfiableConstraintAction.DoNotSchedule}, not {WhenUnsatisfiable}");
            }
        }

        if (NodeAffinityPolicy is { } affinity) errors.OneOf("nodeAffinityPolicy", affinity, NodeInclusionPolicy.Honor, NodeInclusionPolicy.Ignore);
        if (NodeTaintsPolicy is { } taints) errors.OneOf("nodeTaintsPolicy", taints, NodeInclusionPolicy.Honor, NodeInclusionPolicy.Ignore);
        if (!MatchLabelKeys.IsEmpty && LabelSelector is null) errors.Forbidden("matchLabelKeys", "must not be specified when labelSelector is not set");
        for (var i = 0; i < MatchLabelKeys.Count; i++)
        {
            using (errors.In("matchLabelKeys", i)) errors.QualifiedName(null, MatchLabelKeys[i]);
        }

        LabelKeyRules.ValidateOverlap(LabelSelector, MatchLabelKeys, errors);

        using (errors.In("labelSelector")) LabelSelector?.Validate(errors);
    }
}
