using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

public sealed partial record PodTemplate : IHasWarnings
{
    /// <inheritdoc/>
    public void Warn(IResource? old, FieldWarnings warnings)
    {
        ArgumentNullException.ThrowIfNull(warnings);
        using (warnings.In("template")) PodWarnings.Warn(Template, warnings);
    }
}
