using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

public sealed partial record Namespace : IHasDefaults, IHasRules
{
    private const string NameLabel = "kubernetes.io/metadata.name";

    public IResource WithDefaults()
    {
        var result = this;
        // A namespace whose name is yet to be generated has its label from the server.
        if (Metadata.Name.Length > 0 && Metadata.Labels.GetValueOrDefault(NameLabel) != Metadata.Name)
        {
            result = result with { Metadata = Metadata with { Labels = Metadata.Labels.With(NameLabel, Metadata.Name) } };
        }

        return Status.Phase.Length > 0 ? result : result with { Status = Status with { Phase = NamespacePhase.Active } };
    }

    public void Validate(FieldErrors errors)
    {
        using var scope = errors.In("spec");
        foreach (var finalizer in Spec.Finalizers) ValidateFinalizer("finalizers", finalizer, errors);
    }

    /// <summary>The finalizers change in a way of their own, and nothing else has rules.</summary>
    public void ValidateUpdate(IResource old, FieldErrors errors)
    {
    }

    public void ValidateStatusUpdate(IResource old, FieldErrors errors)
    {
        var isGoing = Metadata.DeletionTimestamp is { IsZero: false };
        var expected = isGoing ? NamespacePhase.Terminating : NamespacePhase.Active;
        if (Status.Phase == expected) return;
        using var scope = errors.In("status");
        errors.Invalid("Phase", Status.Phase, $"may only be '{expected}' if `deletionTimestamp` is {(isGoing ? "not " : "")}empty");
    }

    /// <summary>Reports what is wrong with the finalizers, which the subresource finalize writes.</summary>
    public void ValidateFinalize(FieldErrors errors)
    {
        using var scope = errors.In("spec");
        for (var i = 0; i < Spec.Finalizers.Count; i++)
        {
            using (errors.In("finalizers", i)) ValidateFinalizer(null, Spec.Finalizers[i], errors);
        }
    }

    private static void ValidateFinalizer(string? field, string finalizer, FieldErrors errors)
    {
        errors.Invalid(field, finalizer, LabelName.CheckKey(finalizer));
        if (ObjectMetaValidation.HasOwner(finalizer)) return;
        errors.Invalid(field, finalizer, "name is neither a standard finalizer name nor is it fully qualified");
    }
}
