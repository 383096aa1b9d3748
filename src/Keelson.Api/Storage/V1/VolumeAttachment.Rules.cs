using Keelson.Api.Core.V1;
using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Storage.V1;

public sealed partial record VolumeAttachment : IHasRules
{
    private const int MaximumMetadataBytes = 256 * 1024;
    private const int MaximumMessageBytes = 1024;
    private const string OneSource = "must specify exactly one of inlineVolumeSpec and persistentVolumeName";

    public void Validate(FieldErrors errors)
    {
        ValidateParts(errors);
        using var scope = errors.In("spec");
        PersistentVolumeSource.ExpectDriver("attacher", Spec.Attacher, errors);
        if (Spec.Source.PersistentVolumeName is { } name) errors.Invalid("source.persistentVolumeName", name, DnsName.CheckSubdomain(name));
    }

    public void ValidateUpdate(IResource old, FieldErrors errors)
    {
        ValidateParts(errors);
        errors.ExpectSameObject("spec", Spec, ((VolumeAttachment)old).Spec);
    }

    public void ValidateStatusUpdate(IResource old, FieldErrors errors) => ValidateUpdate(old, errors);

    private void ValidateParts(FieldErrors errors)
    {
        using (errors.In("spec"))
        {
            errors.ExpectGiven("attacher", Spec.Attacher);
            ValidateSource(errors);
            errors.Invalid("nodeName", Spec.NodeName, DnsName.CheckSubdomain(Spec.NodeName));
        }

        using var scope = errors.In("status");
        if (StorageRules.Bytes(Status.AttachmentMetadata) > MaximumMetadataBytes) errors.TooLong("attachmentMetadata", MaximumMetadataBytes);
        Validate("attachError", Status.AttachError, errors);
        Validate("detachError", Status.DetachError, errors);
    }

    private void ValidateSource(FieldErrors errors)
    {
        var (inline, name) = (Spec.Source.InlineVolumeSpec, Spec.Source.PersistentVolumeName);
        using var scope = errors.In("source");
        if (inline is null && name is null) errors.Required(null, OneSource);
        else if (inline is not null && name is not null) errors.Forbidden(null, OneSource);
        else if (name is { Length: 0 }) errors.Required("persistentVolumeName", "must specify non empty persistentVolumeName");
        else if (inline is not null)
        {
            using (errors.In("inlineVolumeSpec")) PersistentVolume.ValidateInline(inline, errors);
        }
    }

    private static void Validate(string field, VolumeError? error, FieldErrors errors)
    {
        if (error is null) return;
        using var scope = errors.In(field);
        // Upstream tells the limit of something else.
        if (NameMessage.IsLonger(error.Message, MaximumMessageBytes)) errors.TooLong("message", MaximumMetadataBytes);
        if (error.ErrorCode is { } code and < 0) errors.Invalid("errorCode", code, NameMessage.OutOfRange(0, int.MaxValue));
    }
}
