using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

public sealed partial record Node : IHasWarnings
{
    /// <inheritdoc/>
    public void Warn(IResource? old, FieldWarnings warnings)
    {
        ArgumentNullException.ThrowIfNull(warnings);
        using var scope = warnings.In("spec");
        if (Spec.ConfigSource is not null) warnings.Add("configSource", "the feature is removed");
        if (Spec.ExternalID.Length > 0) warnings.Add("externalID", "this field is deprecated, and is unused by Kubernetes");
    }
}
