using Keelson.Api.Validation;

namespace Keelson.Api.Apps.V1;

public sealed partial record Deployment : IHasDefaults, IHasRules
{
    private const int DefaultRevisionHistoryLimit = 10;
    private const int DefaultProgressDeadlineSeconds = 600;

    /// <inheritdoc/>
    public IResource WithDefaults()
    {
        var (template, strategy) = (Spec.Template.WithDefaults(), Spec.Strategy.WithDefaults());
        if (ReferenceEquals(template, Spec.Template) && ReferenceEquals(strategy, Spec.Strategy) && Spec.Replicas is not null
            && Spec.RevisionHistoryLimit is not null && Spec.ProgressDeadlineSeconds is not null) return this;
        return this with
        {
            Spec = Spec with
            {
                Template = template,
                Strategy = strategy,
                Replicas = Spec.Replicas ?? 1,
                RevisionHistoryLimit = Spec.RevisionHistoryLimit ?? DefaultRevisionHistoryLimit,
                ProgressDeadlineSeconds = Spec.ProgressDeadlineSeconds ?? DefaultProgressDeadlineSeconds,
            },
        };
    }

    /// <inheritdoc/>
    public void Validate(FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        using (errors.In("spec")) Spec.Validate(errors);
    }

    /// <inheritdoc/>
    public void ValidateUpdate(IResource old, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (old is not Deployment before) return;
        Validate(errors);
        using (errors.In("spec")) errors.Immutable("selector", Spec.Selector, before.Spec.Selector, selector => selector.AsValue());
    }

    /// <inheritdoc/>
    public void ValidateStatusUpdate(IResource old, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (old is not Deployment before) return;
        using (errors.In("status"))
        {
            errors.NonNegative("observedGeneration", Status.ObservedGeneration);
            errors.NonNegative("replicas", Status.Replicas);
            errors.NonNegative("updatedReplicas", Status.UpdatedReplicas);
            errors.NonNegative("readyReplicas", Status.ReadyReplicas);
            errors.NonNegative("availableReplicas", Status.AvailableReplicas);
            errors.NonNegative("unavailableReplicas", Status.UnavailableReplicas);
            errors.NonNegative("terminatingReplicas", Status.TerminatingReplicas);
            errors.NonNegative("collisionCount", Status.CollisionCount);
            ReplicaRules.NotMore("updatedReplicas", Status.UpdatedReplicas, Status.Replicas, "status.replicas", errors);
            ReplicaRules.NotMore("readyReplicas", Status.ReadyReplicas, Status.Replicas, "status.replicas", errors);
            ReplicaRules.NotMore("availableReplicas", Status.AvailableReplicas, Status.Replicas, "status.replicas", errors);
            ReplicaRules.NotMore("availableReplicas", Status.AvailableReplicas, Status.ReadyReplicas, "readyReplicas", errors);
            ReplicaRules.NotFewerCollisions(Status.CollisionCount, before.Status.CollisionCount, errors);
        }
    }
}

public sealed partial record DeploymentSpec
{
    internal void Validate(FieldErrors errors)
    {
        errors.NonNegative("replicas", Replicas);
        ReplicaRules.Selected(Selector, Template, errors);
        using (errors.In("strategy")) Strategy.Validate(errors);
        errors.NonNegative("minReadySeconds", MinReadySeconds);
        errors.NonNegative("revisionHistoryLimit", RevisionHistoryLimit);
        if (ProgressDeadlineSeconds is not { } deadline) return;
        errors.NonNegative("progressDeadlineSeconds", deadline);
        if (deadline <= MinReadySeconds) errors.Invalid("progressDeadlineSeconds", deadline, "must be greater than minReadySeconds");
    }
}

public sealed partial record DeploymentStrategy
{
    internal DeploymentStrategy WithDefaults()
    {
        var type = Type.Length > 0 ? Type : DeploymentStrategyType.RollingUpdate;
        var rolling = type == DeploymentStrategyType.RollingUpdate ? (RollingUpdate ?? RollingUpdateDeployment.Empty).WithDefaults() : RollingUpdate;
        return type == Type && ReferenceEquals(rolling, RollingUpdate) ? this : this with { Type = type, RollingUpdate = rolling };
    }

    internal void Validate(FieldErrors errors)
    {
        switch (Type)
        {
            case DeploymentStrategyType.Recreate:
                if (RollingUpdate is not null) errors.Forbidden("rollingUpdate", "may not be specified when strategy `type` is 'Recreate'");
                break;
            case DeploymentStrategyType.RollingUpdate when RollingUpdate is null:
                errors.Required("rollingUpdate", "this should be defaulted and never be nil");
                break;
            case DeploymentStrategyType.RollingUpdate:
                using (errors.In("rollingUpdate")) RollingUpdate!.Validate(errors);
                break;
            default:
                errors.NotSupported(null, this.AsValue(), [DeploymentStrategyType.Recreate, DeploymentStrategyType.RollingUpdate]);
                break;
        }
    }
}

public sealed partial record RollingUpdateDeployment
{
    private const string Quarter = "25%";

    internal RollingUpdateDeployment WithDefaults() => MaxUnavailable is not null && MaxSurge is not null ? this : this with
    {
        MaxUnavailable = MaxUnavailable ?? Quarter,
        MaxSurge = MaxSurge ?? Quarter,
    };

    internal void Validate(FieldErrors errors)
    {
        var (unavailable, surge) = (MaxUnavailable ?? 0, MaxSurge ?? 0);
        errors.CountOrPercent("maxUnavailable", unavailable);
        errors.CountOrPercent("maxSurge", surge);
        if (unavailable.CountOrPercentValue() == 0 && surge.CountOrPercentValue() == 0)
        {
            errors.Invalid("maxUnavailable", unavailable.AsValue(), "may not be 0 when `maxSurge` is 0");
        }

        errors.AtMostAll("maxUnavailable", unavailable);
    }
}
