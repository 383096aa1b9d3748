using Keelson.Api.Validation;

namespace Keelson.Api.Networking.V1;

public sealed partial record Ingress : IHasWarnings
{
    /// <inheritdoc/>
    public void Warn(IResource? old, FieldWarnings warnings)
    {
        ArgumentNullException.ThrowIfNull(warnings);
        const string Annotation = "kubernetes.io/ingress.class";
        if (old is not null || !Metadata.Annotations.ContainsKey(Annotation) || Spec.IngressClassName is not null) return;
        warnings.Say($"annotation \"{Annotation}\" is deprecated, please use 'spec.ingressClassName' instead");
    }
}
