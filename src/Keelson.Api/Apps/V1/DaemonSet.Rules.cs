using Keelson.Api.Meta.V1;
using Keelson.Api.Validation;

namespace Keelson.Api.Apps.V1;

public sealed partial record DaemonSet : IHasDefaults, IHasRules
{
    private const int DefaultRevisionHistoryLimit = 10;

    /// <inheritdoc/>
    public IResource WithDefaults()
    {
        var (template, strategy) = (Spec.Template.WithDefaults(), Spec.UpdateStrategy.WithDefaults());
        return ReferenceEquals(template, Spec.Template) && ReferenceEquals(strategy, Spec.UpdateStrategy) && Spec.RevisionHistoryLimit is not null
            ? this : this with
            {
                Spec = Spec with
                {
                    Template = template,
                    UpdateStrategy = strategy,
                    RevisionHistoryLimit = Spec.RevisionHistoryLimit ?? DefaultRevisionHistoryLimit,
                },
            };
    }

    /// <inheritdoc/>
    public void Validate(FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        using (errors.In("spec"))
        {
            using (errors.In("selector")) Spec.Selector?.Validate(errors);
            using (errors.In("template"))
            {
                if (LabelSelector.QueryOf(Spec.Selector) is { } query) Spec.Template.ValidateSelected(query, errors);
            }

            if (Spec.Selector is { AsksNothing: true } selector) errors.Invalid("selector", selector.AsValue(), "empty selector is invalid for daemonset");
            using (errors.In("template"))
            {
                Spec.Template.Validate(errors);
                Spec.Template.ValidateLasting("DaemonSet", errors);
            }

            errors.NonNegative("minReadySeconds", Spec.MinReadySeconds);
            using (errors.In("updateStrategy")) Spec.UpdateStrategy.Validate(errors);
            errors.NonNegative("revisionHistoryLimit", Spec.RevisionHistoryLimit);
        }
    }

    /// <inheritdoc/>
    public void ValidateUpdate(IResource old, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (old is not DaemonSet before) return;
        Validate(errors);
        using (errors.In("spec")) errors.Immutable("selector", Spec.Selector, before.Spec.Selector, selector => selector.AsValue());
    }

    /// <inheritdoc/>
    public void ValidateStatusUpdate(IResource old, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (old is not DaemonSet before) return;
        using (errors.In("status"))
        {
            errors.NonNegative("currentNumberScheduled", Status.CurrentNumberScheduled);
            errors.NonNegative("numberMisscheduled", Status.NumberMisscheduled);
            errors.NonNegative("desiredNumberScheduled", Status.DesiredNumberScheduled);
            errors.NonNegative("numberReady", Status.NumberReady);
            errors.NonNegative("observedGeneration", Status.ObservedGeneration);
            errors.NonNegative("updatedNumberScheduled", Status.UpdatedNumberScheduled);
            errors.NonNegative("numberAvailable", Status.NumberAvailable);
            errors.NonNegative("numberUnavailable", Status.NumberUnavailable);
            errors.NonNegative("collisionCount", Status.CollisionCount);
            ReplicaRules.NotFewerCollisions(Status.CollisionCount, before.Status.CollisionCount, errors);
        }
    }
}

public sealed partial record DaemonSetUpdateStrategy
{
    internal DaemonSetUpdateStrategy WithDefaults()
    {
        var type = Type.Length > 0 ? Type : DaemonSetUpdateStrategyType.RollingUpdate;
        var rolling = type == DaemonSetUpdateStrategyType.RollingUpdate ? (RollingUpdate ?? RollingUpdateDaemonSet.Empty).WithDefaults() : RollingUpdate;
        return type == Type && ReferenceEquals(rolling, RollingUpdate) ? this : this with { Type = type, RollingUpdate = rolling };
    }

    internal void Validate(FieldErrors errors)
    {
        switch (Type)
        {
            case DaemonSetUpdateStrategyType.OnDelete:
                break;
            case DaemonSetUpdateStrategyType.RollingUpdate when RollingUpdate is null:
                errors.Required("rollingUpdate");
                break;
            case DaemonSetUpdateStrategyType.RollingUpdate:
                using (errors.In("rollingUpdate")) RollingUpdate!.Validate(errors);
                break;
            default:
                errors.NotSupported(null, this.AsValue(), [DaemonSetUpdateStrategyType.RollingUpdate, DaemonSetUpdateStrategyType.OnDelete]);
                break;
        }
    }
}

public sealed partial record RollingUpdateDaemonSet
{
    internal RollingUpdateDaemonSet WithDefaults() => MaxUnavailable is not null && MaxSurge is not null ? this : this with
    {
        MaxUnavailable = MaxUnavailable ?? 1,
        MaxSurge = MaxSurge ?? 0,
    };

    internal void Validate(FieldErrors errors)
    {
        var (unavailable, surge) = (MaxUnavailable ?? 0, MaxSurge ?? 0);
        errors.CountOrPercent("maxUnavailable", unavailable);
        errors.AtMostAll("maxUnavailable", unavailable);
        errors.CountOrPercent("maxSurge", surge);
        errors.AtMostAll("maxSurge", surge);
        switch (unavailable.CountOrPercentValue() != 0, surge.CountOrPercentValue() != 0)
        {
            case (true, true):
                errors.Invalid("maxSurge", surge.AsValue(), "may not be set when maxUnavailable is non-zero");
                break;
            case (false, false):
                errors.Required("maxUnavailable", "cannot be 0 when maxSurge is 0");
                break;
        }
    }
}
