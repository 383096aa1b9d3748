using Keelson.Api.Validation;

namespace Keelson.Api.Rbac.V1;

public sealed partial record ClusterRole : IHasRules
{
    public void Validate(FieldErrors errors)
    {
        RbacRules.Validate(Rules, isNamespaced: false, errors);
        if (AggregationRule is not { } aggregation) return;
        using var scope = errors.In("aggregationRule");
        if (aggregation.ClusterRoleSelectors.IsEmpty)
        {
            errors.Required("clusterRoleSelectors", "at least one clusterRoleSelector required if aggregationRule is non-nil");
        }

        for (var i = 0; i < aggregation.ClusterRoleSelectors.Count; i++)
        {
            using var inner = errors.In("clusterRoleSelectors", i);
            var total = errors.Total;
            errors.ExpectLabelSelector(null, aggregation.ClusterRoleSelectors[i]);
            // Upstream shows what became of the selector, which is nothing.
            if (errors.Total > total) errors.Invalid(null, Values.Value.Null, "invalid label selector.");
        }
    }

    public void ValidateUpdate(IResource old, FieldErrors errors) => Validate(errors);
}
