using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

public sealed partial record PersistentVolumeClaim : IHasWarnings
{
    /// <inheritdoc/>
    public void Warn(IResource? old, FieldWarnings warnings)
    {
        ArgumentNullException.ThrowIfNull(warnings);
        PersistentVolume.WarnOfClassAnnotation(Metadata, warnings);
        using (warnings.In("spec")) VolumeWarnings.Warn(Spec, warnings);
    }
}
