using Keelson.Api.Meta.V1;
using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

public sealed partial record PersistentVolume : IHasWarnings
{
    /// <inheritdoc/>
    public void Warn(IResource? old, FieldWarnings warnings)
    {
        ArgumentNullException.ThrowIfNull(warnings);
        WarnOfClassAnnotation(Metadata, warnings);
        using var scope = warnings.In("spec");
        if (Spec.PersistentVolumeReclaimPolicy == V1.PersistentVolumeReclaimPolicy.Recycle)
        {
            warnings.Add("persistentVolumeReclaimPolicy", "The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.");
        }

        var terms = Spec.NodeAffinity?.Required?.NodeSelectorTerms ?? default;
        for (var i = 0; i < terms.Count; i++)
        {
            using (warnings.In("nodeAffinity"))
            using (warnings.In("required"))
            using (warnings.In("nodeSelectorTerms", i)) NodeLabelWarnings.Warn(terms[i], warnings);
        }

        var source = Spec.PersistentVolumeSource;
        if (source.Cephfs is not null) warnings.Add("cephfs", "deprecated in v1.28, non-functional in v1.31+");
        if (source.PhotonPersistentDisk is not null) warnings.Add("photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+");
        if (source.ScaleIO is not null) warnings.Add("scaleIO", "deprecated in v1.16, non-functional in v1.22+");
        if (source.Storageos is not null) warnings.Add("storageOS", "deprecated in v1.22, non-functional in v1.25+");
        if (source.Glusterfs is not null) warnings.Add("glusterfs", "deprecated in v1.25, non-functional in v1.26+");
        if (source.Rbd is not null) warnings.Add("rbd", "deprecated in v1.28, non-functional in v1.31+");
    }

    /// <summary>Classes were named by an annotation once.</summary>
    internal static void WarnOfClassAnnotation(ObjectMeta metadata, FieldWarnings warnings)
    {
        const string Annotation = "volume.beta.kubernetes.io/storage-class";
        if (!metadata.Annotations.ContainsKey(Annotation)) return;
        using (warnings.In("metadata"))
        using (warnings.In("annotations", Annotation)) warnings.Add(null, "deprecated since v1.8; use \"storageClassName\" attribute instead");
    }
}
