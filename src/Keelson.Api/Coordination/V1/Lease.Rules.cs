using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Coordination.V1;

public sealed partial record Lease : IHasRules
{
    public void Validate(FieldErrors errors)
    {
        using var scope = errors.In("spec");
        if (Spec.LeaseDurationSeconds is { } seconds and <= 0) errors.Invalid("leaseDurationSeconds", seconds, "must be greater than 0");
        if (Spec.LeaseTransitions is { } transitions and < 0) errors.Invalid("leaseTransitions", transitions, FieldExpectations.Negative);
        if (Spec.Strategy is { } strategy)
        {
            using (errors.In("strategy")) ValidateStrategy(strategy, errors);
        }

        if (Spec.PreferredHolder is { Length: > 0 } && Spec.Strategy is null or "")
        {
            errors.Forbidden("preferredHolder", "may only be specified if `strategy` is defined");
        }
    }

    public void ValidateUpdate(IResource old, FieldErrors errors) => Validate(errors);

    /// <summary>Upstream names the field twice in the path; the place of the errors is the field.</summary>
    internal static void ValidateStrategy(string strategy, FieldErrors errors)
    {
        if (strategy.Contains('/', StringComparison.Ordinal)) errors.Invalid("strategy", strategy, LabelName.CheckKey(strategy));
        else errors.ExpectKnown("strategy", strategy, CoordinatedLeaseStrategy.OldestEmulationVersion);
    }
}
