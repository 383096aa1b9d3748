using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

public sealed partial record ServiceAccount : IHasWarnings
{
    /// <inheritdoc/>
    public void Warn(IResource? old, FieldWarnings warnings)
    {
        ArgumentNullException.ThrowIfNull(warnings);
        const string Annotation = "kubernetes.io/enforce-mountable-secrets";
        if (!Metadata.Annotations.ContainsKey(Annotation) || old?.Metadata.Annotations.ContainsKey(Annotation) is true) return;
        using (warnings.In("metadata"))
        using (warnings.In("annotations", Annotation)) warnings.Add(null, "deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets");
    }
}
