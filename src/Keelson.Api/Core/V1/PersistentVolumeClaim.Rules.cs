using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

public sealed partial record PersistentVolumeClaim : IHasDefaults, IHasRules
{
    private const string BetaClass = "volume.beta.kubernetes.io/storage-class";
    private const string ClaimKind = "PersistentVolumeClaim";
    private const string NotQuantity = "must be a valid resource quantity";

    public IResource WithDefaults() => this with
    {
        Spec = WithDefaults(Spec),
        Status = Status with
        {
            Phase = Status.Phase.Length == 0 ? PersistentVolumeClaimPhase.Pending : Status.Phase,
            Capacity = StandardResources.Rounded(Status.Capacity),
            AllocatedResources = StandardResources.Rounded(Status.AllocatedResources),
        },
    };

    public void Validate(FieldErrors errors)
    {
        using (errors.In("spec")) ValidateSpec(Spec, errors);
    }

    public void ValidateUpdate(IResource old, FieldErrors errors)
    {
        var before = (PersistentVolumeClaim)old;
        using (errors.In("spec"))
        {
            var hadGroup = before.Spec.DataSource?.ApiGroup is not null || before.Spec.DataSourceRef?.ApiGroup is not null;
            ValidateSpec(Spec, errors, hadGroup, !FieldExpectations.IsValidSelector(before.Spec.Selector));
        }

        ValidateChange(before, errors);
    }

    public void ValidateStatusUpdate(IResource old, FieldErrors errors)
    {
        if (Metadata.ResourceVersion.Length == 0) errors.Required("resourceVersion");
        if (Spec.AccessModes.IsEmpty) errors.Required("Spec.accessModes");
        using var scope = errors.In("status");
        foreach (var (name, value) in Status.Capacity)
        {
            if (value.Value() < 0) using (errors.In("capacity", name)) errors.Invalid(null, value.Value(), NotQuantity);
        }

        foreach (var (name, status) in Status.AllocatedResourceStatuses)
        {
            // The field is called otherwise in upstream's paths.
            ExpectStorage("allocatedResourceStatus", name, errors);
            if (IsResizeStatus(status)) continue;
            errors.NotSupported("allocatedResourceStatus", name, [
                ClaimResourceStatus.ControllerResizeInProgress, ClaimResourceStatus.ControllerResizeInfeasible,
                ClaimResourceStatus.NodeResizeInProgress, ClaimResourceStatus.NodeResizeInfeasible, ClaimResourceStatus.NodeResizePending,
            ]);
        }

        foreach (var (name, value) in Status.AllocatedResources)
        {
            if (!ExpectStorage("allocatedResources", name, errors)) continue;
            using var inner = errors.In("allocatedResources", name);
            if (value.Value() < 0) errors.Invalid(null, value.Value(), NotQuantity);
            else errors.ExpectQuantity(null, ResourceName.Storage, value);
        }
    }

    /// <summary>Reports what is wrong with the spec of a claim, which also stands in templates. The place of the errors is the spec.</summary>
    internal static void ValidateSpec(PersistentVolumeClaimSpec spec, FieldErrors errors, bool anyGroup = false, bool anySelector = false)
    {
        if (spec.AccessModes.IsEmpty) errors.Required("accessModes", "at least 1 access mode is required");
        errors.ExpectLabelSelector("selector", spec.Selector, anySelector);
        PersistentVolume.ValidateAccessModes(spec.AccessModes, errors);
        using (errors.In("resources", ResourceName.Storage))
        {
            if (!spec.Resources.Requests.TryGetValue(ResourceName.Storage, out var size)) errors.Required(null);
            else if (size.Sign <= 0) errors.Invalid(null, size.ToString(), FieldExpectations.NotPositive);
            else errors.ExpectQuantity(null, ResourceName.Storage, size);
        }

        if (spec.StorageClassName is { Length: > 0 } name) errors.Invalid("storageClassName", name, DnsName.CheckSubdomain(name));
        if (spec.VolumeMode is { } mode) errors.ExpectKnown("volumeMode", mode, PersistentVolumeMode.Block, PersistentVolumeMode.Filesystem);
        ValidateSources(spec, anyGroup, errors);
        if (spec.VolumeAttributesClassName is { Length: > 0 } attributes)
        {
            errors.Invalid("volumeAttributesClassName", attributes, DnsName.CheckSubdomain(attributes));
        }
    }

    private static PersistentVolumeClaimSpec WithDefaults(PersistentVolumeClaimSpec spec)
    {
        var (source, reference) = (spec.DataSource, spec.DataSourceRef);
        if (reference is null)
        {
            // A source of another kind was ignored before there were references, and is so still.
            var isKnown = source is { Kind: ClaimKind, ApiGroup: null or "" } or { Kind: "VolumeSnapshot", ApiGroup: "snapshot.storage.k8s.io" };
            if (!isKnown) source = null;
            if (source is not null) reference = new TypedObjectReference { ApiGroup = source.ApiGroup, Kind = source.Kind, Name = source.Name };
        }
        else if (source is null && reference.Namespace is null or "")
        {
            source = new TypedLocalObjectReference { ApiGroup = reference.ApiGroup, Kind = reference.Kind, Name = reference.Name };
        }

        var limits = StandardResources.Rounded(spec.Resources.Limits);
        var requests = StandardResources.Rounded(spec.Resources.Requests);
        return spec with
        {
            VolumeMode = spec.VolumeMode ?? PersistentVolumeMode.Filesystem,
            DataSource = source,
            DataSourceRef = reference,
            Resources = spec.Resources with { Limits = limits, Requests = requests },
        };
    }

    private static void ValidateSources(PersistentVolumeClaimSpec spec, bool anyGroup, FieldErrors errors)
    {
        var (source, reference) = (spec.DataSource, spec.DataSourceRef);
        if (source is not null) ValidateSource("dataSource", source.ApiGroup, source.Kind, source.Name, anyGroup, errors);
        if (reference is null) return;
        ValidateSource("dataSourceRef", reference.ApiGroup, reference.Kind, reference.Name, anyGroup, errors);
        var isElsewhere = reference.Namespace is { Length: > 0 };
        if (isElsewhere) errors.Invalid("dataSourceRef.namespace", reference.Namespace!, DnsName.CheckLabel(reference.Namespace!));
        if (source is null) return;
        // The value that upstream shows is the path of a field, which its encoder has nothing to say about.
        if (isElsewhere) errors.Invalid(null, Values.MapValue.Empty, "may not be specified when dataSourceRef.namespace is specified");
        else if (source.ApiGroup != reference.ApiGroup || source.Kind != reference.Kind || source.Name != reference.Name)
        {
            errors.Invalid(null, Values.MapValue.Empty, "must match dataSourceRef");
        }
    }

    private static void ValidateSource(string field, string? group, string kind, string name, bool anyGroup, FieldErrors errors)
    {
        using var scope = errors.In(field);
        errors.ExpectGiven("name", name);
        errors.ExpectGiven("kind", kind);
        if (group is null or "")
        {
            if (kind != ClaimKind) errors.Invalid(null, kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup");
        }
        else if (!anyGroup)
        {
            errors.Invalid("apiGroup", group, DnsName.CheckSubdomain(group));
        }
    }

    private void ValidateChange(PersistentVolumeClaim old, FieldErrors errors)
    {
        var comparable = Spec;
        var (className, oldClass) = (Spec.StorageClassName, old.Spec.StorageClassName);
        var hadBeta = old.Metadata.Annotations.TryGetValue(BetaClass, out var oldBeta);
        var hasBeta = Metadata.Annotations.TryGetValue(BetaClass, out var beta);
        var isFirstClass = className is not null && oldClass is null;
        if (isFirstClass && (!hadBeta || className == oldBeta)) comparable = comparable with { StorageClassName = null };
        if (!(isFirstClass && hadBeta && className == oldBeta && (!hasBeta || beta == oldBeta)) && (beta ?? "") != (oldBeta ?? ""))
        {
            errors.Invalid($"metadata.annotations.{BetaClass}", beta ?? "", ObjectMetaValidation.ImmutableMessage);
        }

        var size = Spec.Resources.Requests.GetValueOrDefault(ResourceName.Storage);
        var oldSize = old.Spec.Resources.Requests.GetValueOrDefault(ResourceName.Storage);
        if (Status.Phase == PersistentVolumeClaimPhase.Bound)
        {
            if (!Spec.Resources.Requests.IsNil)
            {
                comparable = comparable with { Resources = Spec.Resources with { Requests = Spec.Resources.Requests.With(ResourceName.Storage, oldSize) } };
            }

            if (Spec.VolumeAttributesClassName is not null) comparable = comparable with { VolumeAttributesClassName = old.Spec.VolumeAttributesClassName };
        }

        // The volume is named once.
        var before = old.Spec.VolumeName.Length > 0 ? old.Spec : old.Spec with { VolumeName = Spec.VolumeName };
        if (comparable != before)
        {
            errors.Forbidden("spec", "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims");
        }

        if (size < oldSize && size <= old.Status.Capacity.GetValueOrDefault(ResourceName.Storage))
        {
            errors.Forbidden("spec.resources.requests.storage", "field can not be less than status.capacity");
        }

        errors.ExpectSame("volumeMode", Spec.VolumeMode, old.Spec.VolumeMode, Shown.Text(Spec.VolumeMode));
        if (old.Spec.VolumeAttributesClassName is null || Spec.VolumeAttributesClassName == old.Spec.VolumeAttributesClassName) return;
        if (Spec.VolumeAttributesClassName is null) errors.Forbidden("spec.volumeAttributesClassName", "update from non-nil value to nil is forbidden");
        else if (Spec.VolumeAttributesClassName.Length == 0)
        {
            errors.Forbidden("spec.volumeAttributesClassName", "update from non-nil value to an empty string is forbidden");
        }
    }

    private static bool ExpectStorage(string field, string name, FieldErrors errors)
    {
        var wrong = LabelName.CheckKey(name);
        errors.Invalid(field, name, wrong);
        if (!wrong.IsEmpty) return false;
        if (!StandardResources.IsNative(name) || name == ResourceName.Storage) return true;
        errors.NotSupported(field, name, [ResourceName.Storage]);
        return false;
    }

    private static bool IsResizeStatus(string status) => status is ClaimResourceStatus.ControllerResizeInProgress
        or ClaimResourceStatus.ControllerResizeInfeasible or ClaimResourceStatus.NodeResizePending
        or ClaimResourceStatus.NodeResizeInProgress or ClaimResourceStatus.NodeResizeInfeasible;
}
