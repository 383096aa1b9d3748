using Keelson.Api.Core.V1;
using Keelson.Api.Validation;

namespace Keelson.Api.Apps.V1;

public sealed partial record Deployment : IHasWarnings
{
    /// <inheritdoc/>
    public void Warn(IResource? old, FieldWarnings warnings)
    {
        ArgumentNullException.ThrowIfNull(warnings);
        if (old is null) warnings.ExpectHostName(Metadata.Name, "Pod names and hostnames");
        if (old is not null && old.Metadata.Generation == Metadata.Generation) return;
        using (warnings.In("spec"))
        using (warnings.In("template")) PodWarnings.Warn(Spec.Template, warnings);
    }
}
