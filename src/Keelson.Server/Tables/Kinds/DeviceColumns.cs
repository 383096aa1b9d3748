using Keelson.Api.Resources.V1;

namespace Keelson.Server.Tables.Kinds;

/// <summary>How devices and claims to them are shown.</summary>
internal static class DeviceColumns
{
    public static ColumnSet<ResourceClaim> Claims { get; } = new(
        [Column.Name, Column.Text("State"), Column.Age],
        (value, now) => TableCells.Of(value.Metadata.Name, State(value), Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<ResourceSlice> Slices { get; } = new(
        [Column.Name, Column.Text("Node"), Column.Text("Driver"), Column.Text("Pool"), Column.Age],
        (value, now) => TableCells.Of(
            value.Metadata.Name, value.Spec.NodeName is { Length: > 0 } node ? node : Text.Unset, value.Spec.Driver, value.Spec.Pool.Name, Age.Of(value.Metadata.CreationTimestamp, now)));

    private static string State(ResourceClaim claim)
    {
        var isDeleted = claim.Metadata.DeletionTimestamp is not null;
        if (claim.Status.Allocation is null) return isDeleted ? "deleted" : "pending";
        return $"{(isDeleted ? "deleted," : "")}allocated{(claim.Status.ReservedFor.IsEmpty ? "" : ",reserved")}";
    }
}
