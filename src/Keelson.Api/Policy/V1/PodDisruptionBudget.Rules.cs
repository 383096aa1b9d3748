using Keelson.Api.Validation;

namespace Keelson.Api.Policy.V1;

public sealed partial record PodDisruptionBudget : IHasRules
{
    /// <inheritdoc/>
    public void Validate(FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        using (errors.In("spec"))
        {
            if (Spec is { MinAvailable: not null, MaxUnavailable: not null })
            {
                errors.Invalid(null, Spec.AsValue(), "minAvailable and maxUnavailable cannot be both set");
            }

            ValidateAmount("minAvailable", Spec.MinAvailable, errors);
            ValidateAmount("maxUnavailable", Spec.MaxUnavailable, errors);
            using (errors.In("selector")) Spec.Selector?.Validate(errors);
            if (Spec.UnhealthyPodEvictionPolicy is { } policy)
            {
                errors.OneOf("unhealthyPodEvictionPolicy", policy, UnhealthyPodEvictionPolicyType.AlwaysAllow, UnhealthyPodEvictionPolicyType.IfHealthyBudget);
            }
        }
    }

    /// <inheritdoc/>
    public void ValidateUpdate(IResource old, FieldErrors errors) => Validate(errors);

    /// <inheritdoc/>
    public void ValidateStatusUpdate(IResource old, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        using (errors.In("status"))
        {
            errors.ExpectConditions("conditions", Status.Conditions);
            errors.NonNegative("disruptionsAllowed", Status.DisruptionsAllowed);
            errors.NonNegative("currentHealthy", Status.CurrentHealthy);
            errors.NonNegative("desiredHealthy", Status.DesiredHealthy);
            errors.NonNegative("expectedPods", Status.ExpectedPods);
        }
    }

    private static void ValidateAmount(string field, IntOrString? amount, FieldErrors errors)
    {
        if (amount is not { } value) return;
        errors.CountOrPercent(field, value);
        errors.AtMostAll(field, value);
    }
}
