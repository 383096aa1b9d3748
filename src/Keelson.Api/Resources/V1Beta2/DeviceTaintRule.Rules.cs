using Keelson.Api.Core.V1;
using Keelson.Api.Names;
using Keelson.Api.Resources.V1;
using Keelson.Api.Validation;

namespace Keelson.Api.Resources.V1Beta2;

public sealed partial record DeviceTaintRule : IHasRules
{
    private const int MaximumConditions = 8;

    /// <inheritdoc/>
    public void Validate(FieldErrors errors) => Validate(null, errors);

    /// <inheritdoc/>
    public void ValidateUpdate(IResource old, FieldErrors errors) => Validate((DeviceTaintRule)old, errors);

    /// <inheritdoc/>
    public void ValidateStatusUpdate(IResource old, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        using var scope = errors.In("status");
        errors.ExpectConditions("conditions", Status.Conditions);
        if (Status.Conditions.Count > MaximumConditions) errors.TooMany("conditions", Status.Conditions.Count, MaximumConditions);
    }

    private void Validate(DeviceTaintRule? old, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        using var scope = errors.In("spec");
        if (Spec.DeviceSelector is { } selector)
        {
            using var inner = errors.In("deviceSelector");
            if (selector.Driver is { } driver) PersistentVolumeSource.ExpectDriver("driver", driver, errors);
            if (selector.Pool is { } pool) DeviceRules.ExpectPoolName("pool", pool, errors);
            if (selector.Device is { } device) errors.Invalid("device", device, DnsName.CheckLabel(device), "format=dns-label");
        }

        using (errors.In("taint")) DeviceRules.ValidateTaint(Spec.Taint.Key, Spec.Taint.Value, Spec.Taint.Effect, old?.Spec.Taint.Effect, errors);
    }
}
