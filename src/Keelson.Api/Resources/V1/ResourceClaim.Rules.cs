using Keelson.Api.Validation;

namespace Keelson.Api.Resources.V1;

public sealed partial record ResourceClaim : IHasDefaults, IHasRules
{
    private const int MaximumConsumers = 256;

    public IResource WithDefaults() => this with { Spec = DeviceRules.WithDefaults(Spec) };

    public void Validate(FieldErrors errors)
    {
        using (errors.In("spec")) DeviceRules.Validate(Spec, errors);
    }

    public void ValidateUpdate(IResource old, FieldErrors errors) => errors.ExpectSameObject("spec", Spec, ((ResourceClaim)old).Spec);

    public void ValidateStatusUpdate(IResource old, FieldErrors errors)
    {
        var before = ((ResourceClaim)old).Status;
        var reserved = Status.ReservedFor;
        using var scope = errors.In("status");
        DeviceRules.ExpectAtMost("reservedFor", reserved.Count, MaximumConsumers, errors);
        for (var i = 0; i < reserved.Count; i++)
        {
            using var inner = errors.In("reservedFor", i);
            errors.ExpectGiven("resource", reserved[i].Resource);
            errors.ExpectGiven("name", reserved[i].Name);
            errors.ExpectGiven("uid", reserved[i].Uid);
            if (reserved.FindIndex(other => other.Uid == reserved[i].Uid) < i) errors.Duplicate(null, Shown.Object(reserved[i]));
        }

        AllocationRules.ValidateDevices(Status, errors);
        if (!reserved.IsEmpty && Status.Allocation is null) errors.Forbidden("reservedFor", "may not be specified when `allocated` is not set");
        else if (Metadata.DeletionTimestamp is not null && reserved.Except(before.ReservedFor).Any())
        {
            errors.Forbidden("reservedFor", "new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set");
        }

        if (Status.Allocation is not { } allocation) return;
        if (before.Allocation is not null) errors.ExpectSameObject("allocation", allocation, before.Allocation);
        else using (errors.In("allocation")) AllocationRules.Validate(allocation, DeviceRules.NamesOf(Spec), errors);
    }
}
