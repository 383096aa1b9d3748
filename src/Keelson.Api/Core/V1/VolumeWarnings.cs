using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

/// <summary>Kinds of volumes that have gone out of use, and sizes that are none; the place is the volume.</summary>
internal static class VolumeWarnings
{
    public static void Warn(VolumeSource source, FieldWarnings warnings)
    {
        if (source.PhotonPersistentDisk is not null) warnings.Add("photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+");
        if (source.GitRepo is not null) warnings.Add("gitRepo", "deprecated in v1.11");
        if (source.ScaleIO is not null) warnings.Add("scaleIO", "deprecated in v1.16, non-functional in v1.22+");
        if (source.Flocker is not null) warnings.Add("flocker", "deprecated in v1.22, non-functional in v1.25+");
        if (source.Storageos is not null) warnings.Add("storageOS", "deprecated in v1.22, non-functional in v1.25+");
        if (source.Quobyte is not null) warnings.Add("quobyte", "deprecated in v1.22, non-functional in v1.25+");
        if (source.Glusterfs is not null) warnings.Add("glusterfs", "deprecated in v1.25, non-functional in v1.26+");
        if (source.Ephemeral?.VolumeClaimTemplate is { } template)
        {
            using (warnings.In("ephemeral"))
            using (warnings.In("volumeClaimTemplate"))
            using (warnings.In("spec")) Warn(template.Spec, warnings);
        }

        if (source.Cephfs is not null) warnings.Add("cephfs", "deprecated in v1.28, non-functional in v1.31+");
        if (source.Rbd is not null) warnings.Add("rbd", "deprecated in v1.28, non-functional in v1.31+");
    }

    /// <summary>The place is the description of the claim.</summary>
    public static void Warn(PersistentVolumeClaimSpec claim, FieldWarnings warnings)
    {
        using var scope = warnings.In("resources");
        warnings.ExpectWhole("requests", claim.Resources.Requests, ResourceName.Storage);
        warnings.ExpectWhole("limits", claim.Resources.Limits, ResourceName.Storage);
    }
}
