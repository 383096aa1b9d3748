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
            using (errors.In("clusterRoleSelectors", i)) errors.ExpectLabelSelector(null, aggregation.ClusterRoleSelectors[i]);
        }
    }

    public void ValidateUpdate(IResource old, FieldErrors errors) => Validate(errors);
}
