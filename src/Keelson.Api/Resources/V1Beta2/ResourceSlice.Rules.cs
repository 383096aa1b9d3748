using Keelson.Api.Validation;

namespace Keelson.Api.Resources.V1Beta2;

public sealed partial record ResourceSlice : IHasRules
{
    public void Validate(FieldErrors errors) => Newer(this).Validate(errors);

    public void ValidateUpdate(IResource old, FieldErrors errors) => Newer(this).ValidateUpdate(Newer((ResourceSlice)old), errors);

    private static V1.ResourceSlice Newer(ResourceSlice value) => SameShape.As<ResourceSlice, V1.ResourceSlice>(value);
}
