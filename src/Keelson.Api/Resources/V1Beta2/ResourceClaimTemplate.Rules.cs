using Keelson.Api.Validation;

namespace Keelson.Api.Resources.V1Beta2;

public sealed partial record ResourceClaimTemplate : IHasDefaults, IHasRules
{
    public IResource WithDefaults() => SameShape.As<V1.ResourceClaimTemplate, ResourceClaimTemplate>((V1.ResourceClaimTemplate)Newer(this).WithDefaults());

    public void Validate(FieldErrors errors) => Newer(this).Validate(errors);

    public void ValidateUpdate(IResource old, FieldErrors errors) => Newer(this).ValidateUpdate(Newer((ResourceClaimTemplate)old), errors);

    public void ValidateStatusUpdate(IResource old, FieldErrors errors) => ((IHasRules)Newer(this)).ValidateStatusUpdate(Newer((ResourceClaimTemplate)old), errors);

    private static V1.ResourceClaimTemplate Newer(ResourceClaimTemplate value) => SameShape.As<ResourceClaimTemplate, V1.ResourceClaimTemplate>(value);
}
