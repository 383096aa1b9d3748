using Keelson.Api.Meta.V1;
using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

/// <summary>Checks volumes for which a claim is made together with the pod.</summary>
internal static class EphemeralVolumeRules
{
    private const string NotInTemplates = "cannot be set";

    public static void Validate(EphemeralVolumeSource source, FieldErrors errors)
    {
        if (source.VolumeClaimTemplate is not { } template)
        {
            errors.Required("volumeClaimTemplate");
            return;
        }

        using (errors.In("volumeClaimTemplate"))
        {
            using (errors.In("metadata")) Metadata(template.Metadata, errors);
            using (errors.In("spec")) Claim(template.Spec, errors);
        }
    }

    /// <summary>The claim gets the name of the pod and of the volume, which together must be a name.</summary>
    public static void Name(Volume volume, string podName, FieldErrors errors)
    {
        if (podName.Length == 0 || volume.Name.Length == 0) return;
        var name = $"{podName}-{volume.Name}";
        foreach (var message in DnsName.CheckSubdomain(name)) errors.Invalid("name", volume.Name, $"PVC name {Values.GoQuote.Quote(name)}: {message}");
    }

    /// <summary>Only labels and annotations go from a template to what is made of it.</summary>
    private static void Metadata(ObjectMeta meta, FieldErrors errors)
    {
        ObjectMetaValidation.ValidateAnnotations("annotations", meta.Annotations, errors);
        ObjectMetaValidation.ValidateLabels("labels", meta.Labels, errors);
        Unset("name", meta.Name.Length > 0);
        Unset("generateName", meta.GenerateName.Length > 0);
        Unset("namespace", meta.Namespace.Length > 0);
        Unset("uid", meta.Uid.Length > 0);
        Unset("resourceVersion", meta.ResourceVersion.Length > 0);
        Unset("generation", meta.Generation != 0);
        Unset("deletionTimestamp", meta.DeletionTimestamp is not null);
        Unset("deletionGracePeriodSeconds", meta.DeletionGracePeriodSeconds is not null);
        Unset("ownerReferences", !meta.OwnerReferences.IsEmpty);
        Unset("finalizers", !meta.Finalizers.IsEmpty);
        Unset("managedFields", !meta.ManagedFields.IsEmpty);

        void Unset(string field, bool isSet)
        {
            if (isSet) errors.Forbidden(field, NotInTemplates);
        }
    }

    private static void Claim(PersistentVolumeClaimSpec spec, FieldErrors errors)
    {
        if (spec.AccessModes.IsEmpty) errors.Required("accessModes", "at least 1 access mode is required");
        using (errors.In("selector")) spec.Selector?.Validate(errors);
        foreach (var mode in spec.AccessModes)
        {
            errors.OneOf("accessModes", mode, PersistentVolumeAccessMode.ReadOnlyMany, PersistentVolumeAccessMode.ReadWriteMany,
                PersistentVolumeAccessMode.ReadWriteOnce, PersistentVolumeAccessMode.ReadWriteOncePod);
        }

        if (spec.AccessModes.Count > 1 && spec.AccessModes.Contains(PersistentVolumeAccessMode.ReadWriteOncePod))
        {
            errors.Forbidden("accessModes", "may not use ReadWriteOncePod with other access modes");
        }

        using (errors.In("resources"))
        {
            if (!spec.Resources.Requests.TryGetValue(ResourceName.Storage, out var size))
            {
                using (errors.In("requests", ResourceName.Storage)) errors.Required(null);
            }
            else if (size.Sign <= 0)
            {
                using (errors.In("requests", ResourceName.Storage)) errors.Invalid(null, size.ToString(), FieldShorthands.NotPositiveMessage);
            }
        }

        if (spec.StorageClassName is { Length: > 0 } storageClass) errors.Subdomain("storageClassName", storageClass);
        if (spec.VolumeMode is { } volumeMode) errors.OneOf("volumeMode", volumeMode, PersistentVolumeMode.Block, PersistentVolumeMode.Filesystem);
        if (spec.VolumeAttributesClassName is { Length: > 0 } attributes) errors.Subdomain("volumeAttributesClassName", attributes);
    }
}
