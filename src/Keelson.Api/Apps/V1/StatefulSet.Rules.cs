using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Api.Validation;

namespace Keelson.Api.Apps.V1;

public sealed partial record StatefulSet : IHasDefaults, IHasRules
{
    private const string Immutable =
        "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', "
        + "'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";

    /// <inheritdoc/>
    public IResource WithDefaults()
    {
        var spec = Spec.WithDefaults();
        return ReferenceEquals(spec, Spec) ? this : this with { Spec = spec };
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
        if (old is not StatefulSet before) return;
        Validate(errors);
        var rest = Spec with
        {
            Replicas = before.Spec.Replicas,
            Template = before.Spec.Template,
            UpdateStrategy = before.Spec.UpdateStrategy,
            MinReadySeconds = before.Spec.MinReadySeconds,
            Ordinals = before.Spec.Ordinals,
            RevisionHistoryLimit = before.Spec.RevisionHistoryLimit,
            PersistentVolumeClaimRetentionPolicy = before.Spec.PersistentVolumeClaimRetentionPolicy,
        };
        if (rest != before.Spec) errors.Forbidden("spec", Immutable);
    }

    /// <inheritdoc/>
    public void ValidateStatusUpdate(IResource old, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (old is not StatefulSet before) return;
        using (errors.In("status"))
        {
            errors.NonNegative("replicas", Status.Replicas);
            errors.NonNegative("readyReplicas", Status.ReadyReplicas);
            errors.NonNegative("currentReplicas", Status.CurrentReplicas);
            errors.NonNegative("updatedReplicas", Status.UpdatedReplicas);
            errors.NonNegative("availableReplicas", Status.AvailableReplicas);
            errors.NonNegative("observedGeneration", Status.ObservedGeneration);
            errors.NonNegative("collisionCount", Status.CollisionCount);
            ReplicaRules.NotMore("readyReplicas", Status.ReadyReplicas, Status.Replicas, "status.replicas", errors);
            ReplicaRules.NotMore("currentReplicas", Status.CurrentReplicas, Status.Replicas, "status.replicas", errors);
            ReplicaRules.NotMore("updatedReplicas", Status.UpdatedReplicas, Status.Replicas, "status.replicas", errors);
            ReplicaRules.NotMore("availableReplicas", Status.AvailableReplicas, Status.Replicas, "status.replicas", errors);
            ReplicaRules.NotMore("availableReplicas", Status.AvailableReplicas, Status.ReadyReplicas, "status.readyReplicas", errors);
            ReplicaRules.NotFewerCollisions(Status.CollisionCount, before.Status.CollisionCount, errors);
        }
    }
}

public sealed partial record StatefulSetSpec
{
    private const int DefaultRevisionHistoryLimit = 10;

    internal StatefulSetSpec WithDefaults()
    {
        var (template, strategy) = (Template.WithDefaults(), UpdateStrategy.WithDefaults());
        var claims = VolumeClaimTemplates.Map(ClaimWithDefaults);
        var retention = (PersistentVolumeClaimRetentionPolicy ?? StatefulSetPersistentVolumeClaimRetentionPolicy.Empty).WithDefaults();
        if (ReferenceEquals(template, Template) && ReferenceEquals(strategy, UpdateStrategy) && claims.IsSame(VolumeClaimTemplates)
            && ReferenceEquals(retention, PersistentVolumeClaimRetentionPolicy) && Replicas is not null && RevisionHistoryLimit is not null
            && PodManagementPolicy.Length > 0) return this;
        return this with
        {
            Template = template,
            UpdateStrategy = strategy,
            VolumeClaimTemplates = claims,
            PersistentVolumeClaimRetentionPolicy = retention,
            Replicas = Replicas ?? 1,
            RevisionHistoryLimit = RevisionHistoryLimit ?? DefaultRevisionHistoryLimit,
            PodManagementPolicy = PodManagementPolicy.Length > 0 ? PodManagementPolicy : PodManagementPolicyType.OrderedReady,
        };
    }

    internal void Validate(FieldErrors errors)
    {
        if (PodManagementPolicy.Length == 0) errors.Required("podManagementPolicy");
        else if (PodManagementPolicy is not (PodManagementPolicyType.OrderedReady or PodManagementPolicyType.Parallel))
        {
            errors.Invalid("podManagementPolicy", PodManagementPolicy, "must be 'OrderedReady' or 'Parallel'");
        }

        UpdateStrategy.Validate(errors);
        using (errors.In("persistentVolumeClaimRetentionPolicy")) PersistentVolumeClaimRetentionPolicy?.Validate(errors);
        errors.NonNegative("replicas", Replicas);
        errors.NonNegative("minReadySeconds", MinReadySeconds);
        errors.NonNegative("ordinals.start", Ordinals?.Start);
        if (ServiceName.Length > 0) errors.Subdomain("serviceName", ServiceName);
        ValidateSelector(errors);
        using (errors.In("template")) Template.ValidateLasting("StatefulSet", errors);
    }

    /// <summary>
    /// Upstream checks only the metadata of the template: its containers may mount what comes of the claim templates, which
    /// a check of the pod alone would not know. The pods themselves are checked when they are made.
    /// </summary>
    private void ValidateSelector(FieldErrors errors)
    {
        if (Selector is null)
        {
            errors.Required("selector");
        }
        else
        {
            using (errors.In("selector")) Selector.Validate(errors);
            if (Selector.AsksNothing) errors.Invalid("selector", Selector.AsValue(), "empty selector is invalid for statefulset");
        }

        if (LabelSelector.QueryOf(Selector) is not { } query)
        {
            errors.Invalid("selector", Selector.AsValue(), "");
            return;
        }

        using (errors.In("template"))
        {
            Template.ValidateSelected(query, errors);
            Template.ValidateMetadata(errors);
        }
    }

    private static PersistentVolumeClaim ClaimWithDefaults(PersistentVolumeClaim claim)
    {
        var resources = claim.Spec.Resources;
        var (limits, requests) = (ResourceRequirements.Rounded(resources.Limits), ResourceRequirements.Rounded(resources.Requests));
        if (claim.Spec.VolumeMode is not null && claim.Status.Phase.Length > 0 && limits == resources.Limits && requests == resources.Requests) return claim;
        return claim with
        {
            Spec = claim.Spec with
            {
                VolumeMode = claim.Spec.VolumeMode ?? PersistentVolumeMode.Filesystem,
                Resources = resources with { Limits = limits, Requests = requests },
            },
            Status = claim.Status.Phase.Length > 0 ? claim.Status : claim.Status with { Phase = PersistentVolumeClaimPhase.Pending },
        };
    }
}

public sealed partial record StatefulSetPersistentVolumeClaimRetentionPolicy
{
    internal StatefulSetPersistentVolumeClaimRetentionPolicy WithDefaults() => WhenDeleted.Length > 0 && WhenScaled.Length > 0 ? this : this with
    {
        WhenDeleted = WhenDeleted.Length > 0 ? WhenDeleted : PersistentVolumeClaimRetentionPolicyType.Retain,
        WhenScaled = WhenScaled.Length > 0 ? WhenScaled : PersistentVolumeClaimRetentionPolicyType.Retain,
    };

    internal void Validate(FieldErrors errors)
    {
        errors.OneOf("whenDeleted", WhenDeleted, PersistentVolumeClaimRetentionPolicyType.Retain, PersistentVolumeClaimRetentionPolicyType.Delete);
        errors.OneOf("whenScaled", WhenScaled, PersistentVolumeClaimRetentionPolicyType.Retain, PersistentVolumeClaimRetentionPolicyType.Delete);
    }
}

public sealed partial record StatefulSetUpdateStrategy
{
    private const string Field = "updateStrategy";

    internal StatefulSetUpdateStrategy WithDefaults()
    {
        var type = Type.Length > 0 ? Type : StatefulSetUpdateStrategyType.RollingUpdate;
        var rolling = Type.Length > 0 ? RollingUpdate : RollingUpdate ?? RollingUpdateStatefulSetStrategy.Empty;
        if (type == StatefulSetUpdateStrategyType.RollingUpdate && rolling is not null && (rolling.Partition is null || rolling.MaxUnavailable is null))
        {
            rolling = rolling with { Partition = rolling.Partition ?? 0, MaxUnavailable = rolling.MaxUnavailable ?? 1 };
        }

        return type == Type && ReferenceEquals(rolling, RollingUpdate) ? this : this with { Type = type, RollingUpdate = rolling };
    }

    /// <summary>Reports what is wrong with the strategy; the place of the errors is the description of the set.</summary>
    internal void Validate(FieldErrors errors)
    {
        switch (Type)
        {
            case "":
                errors.Required(Field);
                break;
            case StatefulSetUpdateStrategyType.OnDelete:
                if (RollingUpdate is null) break;
                using (errors.In(Field)) errors.Invalid("rollingUpdate", RollingUpdate.AsValue(), "only allowed for updateStrategy 'RollingUpdate'");
                break;
            case StatefulSetUpdateStrategyType.RollingUpdate:
                using (errors.In(Field))
                using (errors.In("rollingUpdate")) RollingUpdate?.Validate(errors);
                break;
            default:
                errors.Invalid(Field, this.AsValue(), "must be 'RollingUpdate' or 'OnDelete'");
                break;
        }
    }
}

public sealed partial record RollingUpdateStatefulSetStrategy
{
    internal void Validate(FieldErrors errors)
    {
        errors.NonNegative("partition", Partition);
        if (MaxUnavailable is not { } most) return;
        errors.CountOrPercent("maxUnavailable", most);
        if (most.CountOrPercentValue() == 0) errors.Invalid("maxUnavailable", most.AsValue(), "cannot be 0");
        errors.AtMostAll("maxUnavailable", most);
    }
}
