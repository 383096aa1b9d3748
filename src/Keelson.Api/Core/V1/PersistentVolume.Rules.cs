using Keelson.Api.Names;
using Keelson.Api.Validation;
using Keelson.Api.Values;

namespace Keelson.Api.Core.V1;

public sealed partial record PersistentVolume : IHasDefaults, IHasRules
{
    private const string NotInline = "may not be specified in the context of inline volumes";

    public IResource WithDefaults() => this with
    {
        Spec = Spec with
        {
            Capacity = StandardResources.Rounded(Spec.Capacity),
            PersistentVolumeSource = Spec.PersistentVolumeSource.WithDefaults(),
            PersistentVolumeReclaimPolicy = Spec.PersistentVolumeReclaimPolicy.Length > 0 ? Spec.PersistentVolumeReclaimPolicy : PersistentVolumeReclaimPolicy.Retain,
            VolumeMode = Spec.VolumeMode ?? PersistentVolumeMode.Filesystem,
        },
        Status = Status.Phase.Length > 0 ? Status : Status with { Phase = PersistentVolumePhase.Pending },
    };

    public void Validate(FieldErrors errors) => Validate(false, errors);

    public void ValidateUpdate(IResource old, FieldErrors errors)
    {
        var before = (PersistentVolume)old;
        var (required, oldRequired) = (Spec.NodeAffinity?.Required, before.Spec.NodeAffinity?.Required);
        Validate(oldRequired is not null && NodeSelectorExpectations.HasInvalidValues(oldRequired), errors);
        ValidateSourceChange(before.Spec.PersistentVolumeSource, errors);
        // Upstream leaves the spec out of these two paths.
        errors.ExpectSame("volumeMode", Spec.VolumeMode, before.Spec.VolumeMode, Shown.Text(Spec.VolumeMode));
        if (before.Spec.NodeAffinity is not null && (Spec.NodeAffinity is null || !NodeSelectorExpectations.IsSameButForLabels(required, oldRequired)))
        {
            errors.Invalid("nodeAffinity", Shown.Object(Spec.NodeAffinity), "field is immutable, except for updating from beta label to GA");
        }

        if (before.Spec.VolumeAttributesClassName is not null && Spec.VolumeAttributesClassName is null)
        {
            errors.Forbidden("spec.volumeAttributesClassName", "update from non-nil value to nil is forbidden");
        }
    }

    public void ValidateStatusUpdate(IResource old, FieldErrors errors)
    {
        if (Metadata.ResourceVersion.Length == 0) errors.Required("resourceVersion");
    }

    /// <summary>Reports what is wrong with a spec that stands within another object. The place of the errors is the spec.</summary>
    internal static void ValidateInline(PersistentVolumeSpec spec, FieldErrors errors)
    {
        if (spec.ClaimRef is not null) errors.Forbidden("claimRef", NotInline);
        if (!spec.Capacity.IsEmpty) errors.Forbidden("capacity", NotInline);
        if (spec.PersistentVolumeSource.Csi is null) errors.Required("csi", "has to be specified in the context of inline volumes");
        if (spec.AccessModes.IsEmpty) errors.Required("accessModes");
        ValidateAccessModes(spec.AccessModes, errors);
        if (spec.PersistentVolumeReclaimPolicy is not ("" or PersistentVolumeReclaimPolicy.Retain))
        {
            errors.Forbidden("persistentVolumeReclaimPolicy", "may only be Retain in the context of inline volumes");
        }

        if (spec.NodeAffinity is not null) errors.Forbidden("nodeAffinity", NotInline);
        PersistentVolumeSource.Validate(spec, "", errors);
        if (spec.StorageClassName.Length > 0) errors.Forbidden("storageClassName", NotInline);
        if (spec.VolumeMode is not (null or PersistentVolumeMode.Filesystem))
        {
            errors.Forbidden("volumeMode", "may not specify volumeMode other than Filesystem in the context of inline volumes");
        }

        ValidateAttributesClass(spec, errors);
    }

    internal static void ValidateAccessModes(ApiList<string> modes, FieldErrors errors)
    {
        var isAlone = false;
        var hasOthers = false;
        foreach (var mode in modes)
        {
            errors.ExpectKnown("accessModes", mode, PersistentVolumeAccessMode.ReadOnlyMany, PersistentVolumeAccessMode.ReadWriteMany,
                PersistentVolumeAccessMode.ReadWriteOnce, PersistentVolumeAccessMode.ReadWriteOncePod);
            isAlone |= mode == PersistentVolumeAccessMode.ReadWriteOncePod;
            hasOthers |= mode is PersistentVolumeAccessMode.ReadOnlyMany or PersistentVolumeAccessMode.ReadWriteMany or PersistentVolumeAccessMode.ReadWriteOnce;
        }

        if (isAlone && hasOthers) errors.Forbidden("accessModes", "may not use ReadWriteOncePod with other access modes");
    }

    private void Validate(bool anyAffinityValues, FieldErrors errors)
    {
        using var scope = errors.In("spec");
        if (Spec.AccessModes.IsEmpty) errors.Required("accessModes");
        ValidateAccessModes(Spec.AccessModes, errors);
        ValidateCapacity(errors);
        if (Spec.PersistentVolumeReclaimPolicy.Length > 0)
        {
            errors.ExpectKnown("persistentVolumeReclaimPolicy", Spec.PersistentVolumeReclaimPolicy,
                PersistentVolumeReclaimPolicy.Delete, PersistentVolumeReclaimPolicy.Recycle, PersistentVolumeReclaimPolicy.Retain);
        }

        if (Spec.NodeAffinity is { } affinity)
        {
            using var inner = errors.In("nodeAffinity");
            if (affinity.Required is null) errors.Required("required", "must specify required node constraints");
            else using (errors.In("required")) affinity.Required.Validate(errors, checkValues: !anyAffinityValues);
        }

        PersistentVolumeSource.Validate(Spec, Metadata.Name, errors);
        if (Spec.StorageClassName.Length > 0) errors.Invalid("storageClassName", Spec.StorageClassName, DnsName.CheckSubdomain(Spec.StorageClassName));
        if (Spec.VolumeMode is { } mode) errors.ExpectKnown("volumeMode", mode, PersistentVolumeMode.Block, PersistentVolumeMode.Filesystem);
        ValidateAttributesClass(Spec, errors);
    }

    private void ValidateCapacity(FieldErrors errors)
    {
        if (Spec.Capacity.IsEmpty) errors.Required("capacity");
        if (Spec.Capacity.Count != 1 || !Spec.Capacity.ContainsKey(ResourceName.Storage))
        {
            errors.NotSupported("capacity", Spec.Capacity.IsNil ? Value.Null : Shown.Quantities(Spec.Capacity), [ResourceName.Storage]);
        }

        foreach (var (name, value) in Spec.Capacity)
        {
            using var scope = errors.In("capacity", name);
            if (value.Value() < 0) errors.Invalid(null, value.Value(), "must be a valid resource quantity");
            if (value.Sign <= 0) errors.Invalid(null, value.ToString(), FieldExpectations.NotPositive);
        }
    }

    private static void ValidateAttributesClass(PersistentVolumeSpec spec, FieldErrors errors)
    {
        if (spec.VolumeAttributesClassName is not { } name) return;
        if (name.Length == 0) errors.Required("volumeAttributesClassName", "an empty string is disallowed");
        else errors.Invalid("volumeAttributesClassName", name, DnsName.CheckSubdomain(name));
        if (spec.PersistentVolumeSource.Csi is null) errors.Required("csi", "has to be specified when using volumeAttributesClassName");
    }

    private void ValidateSourceChange(PersistentVolumeSource old, FieldErrors errors)
    {
        var source = Spec.PersistentVolumeSource;
        // The secret for expansion may come later.
        if (old.Csi is { ControllerExpandSecretRef: null } && source.Csi?.ControllerExpandSecretRef is not null)
        {
            source = source with { Csi = source.Csi with { ControllerExpandSecretRef = null } };
        }

        if (source != old) errors.Forbidden("spec.persistentvolumesource", "spec.persistentvolumesource is immutable after creation");
    }
}
