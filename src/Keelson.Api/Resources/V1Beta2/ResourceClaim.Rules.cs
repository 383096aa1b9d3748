using Keelson.Api.Validation;

namespace Keelson.Api.Resources.V1Beta2;

public sealed partial record ResourceClaim : IHasDefaults, IHasRules
{
    public IResource WithDefaults() => SameShape.As<V1.ResourceClaim, ResourceClaim>((V1.ResourceClaim)Newer(this).WithDefaults());

    public void Validate(FieldErrors errors) => Newer(this).Validate(errors);

    public void ValidateUpdate(IResource old, FieldErrors errors) => Newer(this).ValidateUpdate(Newer((ResourceClaim)old), errors);

    public void ValidateStatusUpdate(IResource old, FieldErrors errors) => ((IHasRules)Newer(this)).ValidateStatusUpdate(Newer((ResourceClaim)old), errors);

    private static V1.ResourceClaim Newer(ResourceClaim value) => SameShape.As<ResourceClaim, V1.ResourceClaim>(value);
}
