using Keelson.Api.Validation;

namespace Keelson.Api.Apps.V1;

public sealed partial record ReplicaSet : IHasDefaults, IHasRules
{
    /// <inheritdoc/>
    public IResource WithDefaults()
    {
        var template = Spec.Template.WithDefaults();
        return ReferenceEquals(template, Spec.Template) && Spec.Replicas is not null
            ? this : this with { Spec = Spec with { Template = template, Replicas = Spec.Replicas ?? 1 } };
    }

    /// <inheritdoc/>
    public void Validate(FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        using (errors.In("spec"))
        {
            errors.NonNegative("replicas", Spec.Replicas);
            errors.NonNegative("minReadySeconds", Spec.MinReadySeconds);
            ReplicaRules.Selected(Spec.Selector, Spec.Template, errors);
        }
    }

    /// <inheritdoc/>
    public void ValidateUpdate(IResource old, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (old is not ReplicaSet before) return;
        Validate(errors);
        using (errors.In("spec")) errors.Immutable("selector", Spec.Selector, before.Spec.Selector, selector => selector.AsValue());
    }

    /// <inheritdoc/>
    public void ValidateStatusUpdate(IResource old, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        using (errors.In("status"))
        {
            ReplicaRules.Counts(
                Status.Replicas, Status.FullyLabeledReplicas, Status.ReadyReplicas, Status.AvailableReplicas, Status.ObservedGeneration, errors);
            errors.NonNegative("terminatingReplicas", Status.TerminatingReplicas);
        }
    }
}
