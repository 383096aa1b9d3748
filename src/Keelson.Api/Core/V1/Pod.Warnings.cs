using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

public sealed partial record Pod : IHasWarnings
{
    /// <inheritdoc/>
    public void Warn(IResource? old, FieldWarnings warnings)
    {
        ArgumentNullException.ThrowIfNull(warnings);

        // Pods are written again and again by those who run them, and nobody reads what they are told.
        if (old is not null) return;
        warnings.ExpectHostName(Metadata.Name, "the Pod's hostname");
        PodWarnings.Warn(Metadata, Spec, isTemplate: false, warnings);
    }
}
