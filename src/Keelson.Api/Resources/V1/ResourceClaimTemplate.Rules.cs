using Keelson.Api.Meta.V1;
using Keelson.Api.Validation;

namespace Keelson.Api.Resources.V1;

public sealed partial record ResourceClaimTemplate : IHasDefaults, IHasRules
{
    public IResource WithDefaults() => this with { Spec = Spec with { Spec = DeviceRules.WithDefaults(Spec.Spec) } };

    public void Validate(FieldErrors errors)
    {
        using var scope = errors.In("spec");
        var meta = Spec.Metadata;
        using (errors.In("metadata"))
        {
            ObjectMetaValidation.ValidateAnnotations("annotations", meta.Annotations, errors);
            ObjectMetaValidation.ValidateLabels("labels", meta.Labels, errors);
            if (meta with { Labels = default, Annotations = default } != ObjectMeta.Empty) errors.Forbidden(null, "cannot be set");
        }

        using (errors.In("spec")) DeviceRules.Validate(Spec.Spec, errors);
    }

    public void ValidateUpdate(IResource old, FieldErrors errors) => errors.ExpectSameObject("spec", Spec, ((ResourceClaimTemplate)old).Spec);
}
