using Keelson.Api.Selectors;
using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

public sealed partial record ReplicationController : IHasDefaults, IHasRules
{
    /// <inheritdoc/>
    public IResource WithDefaults()
    {
        var template = Spec.Template?.WithDefaults();
        var labels = template?.Metadata.Labels ?? default;
        var selector = Spec.Selector.IsEmpty && !labels.IsEmpty ? labels : Spec.Selector;
        var metadata = Metadata.Labels.IsEmpty && !labels.IsEmpty ? Metadata with { Labels = labels } : Metadata;
        if (ReferenceEquals(template, Spec.Template) && selector.Count == Spec.Selector.Count && ReferenceEquals(metadata, Metadata)
            && Spec.Replicas is not null) return this;
        return this with { Metadata = metadata, Spec = Spec with { Template = template, Selector = selector, Replicas = Spec.Replicas ?? 1 } };
    }

    /// <inheritdoc/>
    public void Validate(FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        using (errors.In("spec"))
        {
            errors.NonNegative("minReadySeconds", Spec.MinReadySeconds);
            if (Spec.Selector.IsEmpty) errors.Required("selector");
            if (Spec.Replicas is null) errors.Required("replicas");
            errors.NonNegative("replicas", Spec.Replicas);
            if (Spec.Template is not { } template)
            {
                errors.Required("template");
                return;
            }

            using (errors.In("template"))
            {
                template.ValidateSelected(LabelQuery.FromLabels(Spec.Selector), errors);
                template.Validate(errors);
                template.ValidateLasting("ReplicationController", errors);
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
            Apps.V1.ReplicaRules.Counts(
                Status.Replicas, Status.FullyLabeledReplicas, Status.ReadyReplicas, Status.AvailableReplicas, Status.ObservedGeneration, errors);
        }
    }
}
