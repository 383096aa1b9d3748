using Keelson.Api.Storage.V1;

namespace Keelson.Server.Tables.Kinds;

/// <summary>How drivers of storage, and what they offer where, are shown.</summary>
internal static class DriverColumns
{
    private const string DefaultClass = "volumeattributesclass.alpha.kubernetes.io/is-default-class";

    public static ColumnSet<CSIDriver> Drivers { get; } = new(
        [
            Column.Name, Column.Flag("AttachRequired"), Column.Flag("PodInfoOnMount"), Column.Flag("StorageCapacity"), Column.Text("TokenRequests"), Column.Flag("RequiresRepublish"),
            Column.Text("Modes"), Column.Age,
        ],
        (value, now) => TableCells.Of(
            value.Metadata.Name, value.Spec.AttachRequired ?? true, value.Spec.PodInfoOnMount ?? false, value.Spec.StorageCapacity ?? false,
            value.Spec.TokenRequests.IsEmpty ? Text.Unset : string.Join(',', value.Spec.TokenRequests.Select(token => token.Audience)), value.Spec.RequiresRepublish ?? false,
            Text.Join(value.Spec.VolumeLifecycleModes), Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<CSINode> Nodes { get; } = new(
        [Column.Name, Column.Number("Drivers"), Column.Age],
        (value, now) => TableCells.Of(value.Metadata.Name, value.Spec.Drivers.Count, Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<CSIStorageCapacity> Capacities { get; } = new(
        [Column.Name, Column.Text("StorageClassName"), Column.Text("Capacity")],
        (value, _) => TableCells.Of(value.Metadata.Name, value.StorageClassName, value.Capacity?.ToString() ?? Text.Unset));

    public static ColumnSet<VolumeAttachment> Attachments { get; } = new(
        [Column.Name, Column.Text("Attacher") with { Format = "name" }, Column.Text("PV"), Column.Text("Node"), Column.Flag("Attached"), Column.Age],
        (value, now) => TableCells.Of(
            value.Metadata.Name, value.Spec.Attacher, value.Spec.Source.PersistentVolumeName ?? "", value.Spec.NodeName, value.Status.Attached, Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<VolumeAttributesClass> AttributesClasses { get; } = new(
        [Column.Name, Column.Text("DriverName"), Column.Age],
        (value, now) => TableCells.Of(
            value.Metadata.Annotations.GetValueOrDefault(DefaultClass) == "true" ? value.Metadata.Name + " (default)" : value.Metadata.Name,
            value.DriverName, Age.Of(value.Metadata.CreationTimestamp, now)));
}
