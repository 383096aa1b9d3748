using Keelson.Api.Validation;

namespace Keelson.Api.Storage.V1;

public sealed partial record CSIDriver : IHasDefaults, IHasRules
{
    private const int MinimumUpdateSeconds = 10;
    private const int MinimumTokenSeconds = 600;

    public IResource WithDefaults() => this with
    {
        Spec = Spec with
        {
            AttachRequired = Spec.AttachRequired ?? true,
            PodInfoOnMount = Spec.PodInfoOnMount ?? false,
            StorageCapacity = Spec.StorageCapacity ?? false,
            FsGroupPolicy = Spec.FsGroupPolicy ?? FSGroupPolicy.ReadWriteOnceWithFSType,
            VolumeLifecycleModes = Spec.VolumeLifecycleModes.IsEmpty ? [VolumeLifecycleMode.Persistent] : Spec.VolumeLifecycleModes,
            RequiresRepublish = Spec.RequiresRepublish ?? false,
            SeLinuxMount = Spec.SeLinuxMount ?? false,
        },
    };

    public void Validate(FieldErrors errors)
    {
        using var scope = errors.In("spec");
        // The name of this field is wrong in upstream's paths.
        if (Spec.AttachRequired is null) errors.Required("attachedRequired");
        if (Spec.PodInfoOnMount is null) errors.Required("podInfoOnMount");
        if (Spec.StorageCapacity is null) errors.Required("storageCapacity");
        if (Spec.FsGroupPolicy is { } policy)
        {
            errors.ExpectKnown("fsGroupPolicy", policy, FSGroupPolicy.File, FSGroupPolicy.None, FSGroupPolicy.ReadWriteOnceWithFSType);
        }

        ValidateTokens(errors);
        foreach (var mode in Spec.VolumeLifecycleModes)
        {
            errors.ExpectKnown("volumeLifecycleModes", mode, VolumeLifecycleMode.Persistent, VolumeLifecycleMode.Ephemeral);
        }

        if (Spec.SeLinuxMount is null) errors.Required("seLinuxMount");
        if (Spec.NodeAllocatableUpdatePeriodSeconds is { } period and < MinimumUpdateSeconds)
        {
            errors.Invalid("nodeAllocatableUpdatePeriodSeconds", period, $"must be greater than or equal to {MinimumUpdateSeconds} seconds");
        }
    }

    public void ValidateUpdate(IResource old, FieldErrors errors)
    {
        Validate(errors);
        var before = ((CSIDriver)old).Spec;
        using var scope = errors.In("spec");
        errors.ExpectSame("attachedRequired", Spec.AttachRequired, before.AttachRequired, Spec.AttachRequired is { } given ? given : Values.Value.Null);
        errors.ExpectSame("volumeLifecycleModes", Spec.VolumeLifecycleModes, before.VolumeLifecycleModes, Shown.Texts(Spec.VolumeLifecycleModes));
    }

    private void ValidateTokens(FieldErrors errors)
    {
        var audiences = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Spec.TokenRequests.Count; i++)
        {
            var token = Spec.TokenRequests[i];
            using var scope = errors.In("tokenRequests", i);
            if (!audiences.Add(token.Audience)) errors.Duplicate("audience", token.Audience);
            else if (token.ExpirationSeconds is { } least and < MinimumTokenSeconds)
            {
                errors.Invalid("expirationSeconds", least, "may not specify a duration less than 10 minutes");
            }
            else if (token.ExpirationSeconds is { } most and > 1L << 32)
            {
                errors.Invalid("expirationSeconds", most, "may not specify a duration larger than 2^32 seconds");
            }
        }
    }
}
