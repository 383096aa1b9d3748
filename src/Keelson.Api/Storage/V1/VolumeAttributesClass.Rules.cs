using Keelson.Api.Validation;

namespace Keelson.Api.Storage.V1;

public sealed partial record VolumeAttributesClass : IHasRules
{
    public void Validate(FieldErrors errors)
    {
        StorageRules.ExpectProvisioner("driverName", DriverName, errors);
        StorageRules.ExpectParameters(Parameters, mayBeEmpty: false, errors);
    }

    public void ValidateUpdate(IResource old, FieldErrors errors)
    {
        var before = (VolumeAttributesClass)old;
        StorageRules.ExpectUnchanged("driverName", DriverName, before.DriverName, errors);
        StorageRules.ExpectUnchanged("parameters", Parameters, before.Parameters, errors);
        Validate(errors);
    }
}
