using Keelson.Api.Core.V1;

namespace Keelson.Server.Access.Nodes;

/// <summary>Finds the secrets by which a kubelet mounts a volume; those that only controllers use are not among them.</summary>
internal static class VolumeSecrets
{
    public static bool Has(PersistentVolume volume, string space, string name)
    {
        var source = volume.Spec.PersistentVolumeSource;
        var home = volume.Spec.ClaimRef?.Namespace ?? "";
        if (source.AzureFile is { } azure && azure.SecretName == name && (azure.SecretNamespace is { Length: > 0 } own ? own : home) == space) return true;
        SecretReference?[] references =
        [
            source.Cephfs?.SecretRef, source.Cinder?.SecretRef, source.FlexVolume?.SecretRef, source.Iscsi?.SecretRef, source.Rbd?.SecretRef, source.ScaleIO?.SecretRef,
            source.Csi?.NodeStageSecretRef, source.Csi?.NodePublishSecretRef, source.Csi?.NodeExpandSecretRef,
        ];
        if (references.Any(reference => reference is not null && reference.Name == name && (reference.Namespace.Length > 0 ? reference.Namespace : home) == space)) return true;
        return source.Storageos?.SecretRef is { } storage && storage.Name == name && storage.Namespace == space;
    }
}
