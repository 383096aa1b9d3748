using Keelson.Api.Core.V1;
using Keelson.Api.Storage.V1;

namespace Keelson.Server.Tables.Kinds;

/// <summary>How volumes and claims to them are shown.</summary>
internal static class VolumeColumns
{
    private const string DefaultClass = "storageclass.kubernetes.io/is-default-class";
    private const string ClassAnnotation = "volume.beta.kubernetes.io/storage-class";

    public static ColumnSet<VolumeAttachment> Attachments { get; } = new(
        [Column.Name, Column.Text("Attacher"), Column.Text("PV"), Column.Text("Node"), Column.Flag("Attached"), Column.Age],
        (value, now) => TableCells.Of(
            value.Metadata.Name, value.Spec.Attacher, value.Spec.Source.PersistentVolumeName ?? "", value.Spec.NodeName, value.Status.Attached, Age.Of(value.Metadata.CreationTimestamp, now)));

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
            Unset(value.Spec.VolumeAttributesClassName), value.Status.Reason, Age.Of(value.Metadata.CreationTimestamp, now), Unset(value.Spec.VolumeMode)));

    public static ColumnSet<PersistentVolumeClaim> Claims { get; } = new(
        [
            Column.Name, Column.Text("Status"), Column.Text("Volume"), Column.Text("Capacity"), Column.Text("Access Modes"), Column.Text("StorageClass"), Column.Text("VolumeAttributesClass"),
            Column.Age, Column.Text("VolumeMode").Wide(),
        ],
        (value, now) => TableCells.Of(
            value.Metadata.Name, value.Metadata.DeletionTimestamp is null ? value.Status.Phase : "Terminating", value.Spec.VolumeName,
            value.Spec.VolumeName.Length > 0 ? Text.Capacity(value.Status.Capacity) : "", value.Spec.VolumeName.Length > 0 ? Text.AccessModes(value.Status.AccessModes) : "",
            value.Metadata.Annotations.GetValueOrDefault(ClassAnnotation, value.Spec.StorageClassName ?? ""),
            Unset(value.Spec.VolumeAttributesClassName), Age.Of(value.Metadata.CreationTimestamp, now), Unset(value.Spec.VolumeMode)));

    public static ColumnSet<StorageClass> Classes { get; } = new(
        [Column.Name, Column.Text("Provisioner"), Column.Text("ReclaimPolicy"), Column.Text("VolumeBindingMode"), Column.Flag("AllowVolumeExpansion"), Column.Age],
        (value, now) => TableCells.Of(
            value.Metadata.Annotations.GetValueOrDefault(DefaultClass) == "true" ? value.Metadata.Name + " (default)" : value.Metadata.Name,
            value.Provisioner, value.ReclaimPolicy ?? "Delete", value.VolumeBindingMode ?? "Immediate", value.AllowVolumeExpansion ?? false, Age.Of(value.Metadata.CreationTimestamp, now)));

    private static string Unset(string? text) => string.IsNullOrEmpty(text) ? Text.Unset : text;
}
