using Keelson.Api.Validation;

namespace Keelson.Api.Resources.V1Beta2;

public sealed partial record DeviceClass : IHasRules
{
    public void Validate(FieldErrors errors) => Newer(this).Validate(errors);

    public void ValidateUpdate(IResource old, FieldErrors errors) => Newer(this).ValidateUpdate(Newer((DeviceClass)old), errors);

    private static V1.DeviceClass Newer(DeviceClass value) => SameShape.As<DeviceClass, V1.DeviceClass>(value);
}
