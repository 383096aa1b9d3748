using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Storage.V1;

public sealed partial record CSIStorageCapacity : IHasRules
{
    public void Validate(FieldErrors errors)
    {
        errors.ExpectLabelSelector("nodeTopology", NodeTopology);
        errors.Invalid("storageClassName", StorageClassName, DnsName.CheckSubdomain(StorageClassName));
        if (Capacity is { Sign: < 0 } capacity) errors.Invalid("capacity", capacity.ToString(), FieldExpectations.Negative);
    }

    public void ValidateUpdate(IResource old, FieldErrors errors)
    {
        var before = (CSIStorageCapacity)old;
        errors.ExpectSameObject("nodeTopology", NodeTopology, before.NodeTopology);
        errors.ExpectSame("storageClassName", StorageClassName, before.StorageClassName);
    }
}
