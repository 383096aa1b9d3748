using Keelson.Api.Core.V1;
using Keelson.Api.Storage.V1;

namespace Keelson.Server.Tables.Kinds;

/// <summary>How volumes and claims to them are shown.</summary>
internal static class VolumeColumns
{
    private const string DefaultClass = "storageclass.kubernetes.io/is-default-class";
    private const string OldDefaultClass = "storageclass.beta.kubernetes.io/is-default-class";
    private const string ClassAnnotation = "volume.beta.kubernetes.io/storage-class";

    public static ColumnSet<PersistentVolume> Volumes { get; } = new(
        [
            Column.Name, Column.Text("Capacity"), Column.Text("Access Modes"), Column.Text("Reclaim Policy"), Column.Text("Status"), Column.Text("Claim"), Column.Text("StorageClass"),
            Column.Text("VolumeAttributesClass"), Column.Text("Reason"), Column.Age, Column.Text("VolumeMode").Wide(),
        ],
        (value, now) => TableCells.Of(
            value.Metadata.Name, Text.Capacity(value.Spec.Capacity), Text.AccessModes(value.Spec.AccessModes), value.Spec.PersistentVolumeReclaimPolicy,
            value.Metadata.DeletionTimestamp is null ? value.Status.Phase : "Terminating",
            value.Spec.ClaimRef is { } claim ? $"{claim.Namespace}/{claim.Name}" : "",
            value.Metadata.Annotations.GetValueOrDefault(ClassAnnotation, value.Spec.StorageClassName),
            value.Spec.VolumeAttributesClassName ?? Text.Unset, value.Status.Reason, Age.Of(value.Metadata.CreationTimestamp, now), value.Spec.VolumeMode ?? Text.Unset));

    public static ColumnSet<PersistentVolumeClaim> Claims { get; } = new(
        [
            Column.Name, Column.Text("Status"), Column.Text("Volume"), Column.Text("Capacity"), Column.Text("Access Modes"), Column.Text("StorageClass"), Column.Text("VolumeAttributesClass"),
            Column.Age, Column.Text("VolumeMode").Wide(),
        ],
        (value, now) => TableCells.Of(
            value.Metadata.Name, value.Metadata.DeletionTimestamp is null ? value.Status.Phase : "Terminating", value.Spec.VolumeName,
            value.Spec.VolumeName.Length > 0 ? Text.Capacity(value.Status.Capacity) : "", value.Spec.VolumeName.Length > 0 ? Text.AccessModes(value.Status.AccessModes) : "",
            value.Metadata.Annotations.GetValueOrDefault(ClassAnnotation, value.Spec.StorageClassName ?? ""),
            value.Spec.VolumeAttributesClassName ?? Text.Unset, Age.Of(value.Metadata.CreationTimestamp, now), value.Spec.VolumeMode ?? Text.Unset));

    public static ColumnSet<StorageClass> Classes { get; } = new(
        [Column.Name, Column.Text("Provisioner"), Column.Text("ReclaimPolicy"), Column.Text("VolumeBindingMode"), Column.Text("AllowVolumeExpansion"), Column.Age],
        (value, now) => TableCells.Of(
            IsDefault(value) ? value.Metadata.Name + " (default)" : value.Metadata.Name,
            value.Provisioner, value.ReclaimPolicy ?? "Delete", value.VolumeBindingMode ?? "Immediate", value.AllowVolumeExpansion ?? false, Age.Of(value.Metadata.CreationTimestamp, now)));

    private static bool IsDefault(StorageClass value) =>
        value.Metadata.Annotations.GetValueOrDefault(DefaultClass) == "true" || value.Metadata.Annotations.GetValueOrDefault(OldDefaultClass) == "true";
}
