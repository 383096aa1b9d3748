using System.Globalization;
using Keelson.Api.Networking.V1;
using Keelson.Api.Resources.V1;
using Keelson.Api.Storage.V1;

namespace Keelson.Server.Tables.Kinds;

/// <summary>How drivers, devices and the addresses of services are shown.</summary>
internal static class DeviceColumns
{
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
        [Column.Name, Column.Text("Attacher"), Column.Text("PV"), Column.Text("Node"), Column.Flag("Attached"), Column.Age],
        (value, now) => TableCells.Of(
            value.Metadata.Name, value.Spec.Attacher, value.Spec.Source.PersistentVolumeName ?? "", value.Spec.NodeName, value.Status.Attached, Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<VolumeAttributesClass> AttributesClasses { get; } = new(
        [Column.Name, Column.Text("DriverName"), Column.Age],
        (value, now) => TableCells.Of(value.Metadata.Name, value.DriverName, Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<ResourceClaim> Claims { get; } = new(
        [Column.Name, Column.Text("State"), Column.Age],
        (value, now) => TableCells.Of(value.Metadata.Name, State(value), Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<ResourceSlice> Slices { get; } = new(
        [Column.Name, Column.Text("Node"), Column.Text("Driver"), Column.Text("Pool"), Column.Age],
        (value, now) => TableCells.Of(
            value.Metadata.Name, value.Spec.NodeName is { Length: > 0 } node ? node : Text.Unset, value.Spec.Driver, value.Spec.Pool.Name, Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<Api.Discovery.V1.EndpointSlice> EndpointSlices { get; } = new(
        [Column.Name, Column.Text("AddressType"), Column.Text("Ports"), Column.Text("Endpoints"), Column.Age],
        (value, now) => TableCells.Of(
            value.Metadata.Name, value.AddressType,
            Few(value.Ports.Select(port => port.Port is { } number ? number.ToString(CultureInfo.InvariantCulture) : port.Name is { Length: > 0 } name ? name : "*"), Text.Unset),
            Few(value.Endpoints.SelectMany(endpoint => endpoint.Addresses), Text.Unset), Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<IPAddress> Addresses { get; } = new(
        [Column.Name, Column.Text("ParentRef"), Column.Age],
        (value, now) => TableCells.Of(value.Metadata.Name, Parent(value.Spec.ParentRef), Age.Of(value.Metadata.CreationTimestamp, now)));

    public static ColumnSet<ServiceCIDR> Ranges { get; } = new(
        [Column.Name, Column.Text("CIDRs"), Column.Age],
        (value, now) => TableCells.Of(value.Metadata.Name, string.Join(',', value.Spec.Cidrs), Age.Of(value.Metadata.CreationTimestamp, now)));

    private const int MaxShown = 3;

    private static string Few(IEnumerable<string> values, string none)
    {
        var all = values.ToList();
        if (all.Count == 0) return none;
        return string.Join(',', all.Take(MaxShown)) + (all.Count > MaxShown ? string.Create(CultureInfo.InvariantCulture, $" + {all.Count - MaxShown} more...") : "");
    }

    private static string Parent(ParentReference? parent)
    {
        if (parent is null) return Text.None;
        var resource = parent.Group.Length == 0 ? parent.Resource : $"{parent.Resource}.{parent.Group}";
        return $"{resource.ToLowerInvariant()}{(parent.Namespace.Length == 0 ? "" : "/" + parent.Namespace)}/{parent.Name}";
    }

    private static string State(ResourceClaim claim)
    {
        var states = new List<string>(3);
        if (claim.Metadata.DeletionTimestamp is not null) states.Add("deleted");
        if (claim.Status.Allocation is null && claim.Metadata.DeletionTimestamp is null) states.Add("pending");
        if (claim.Status.Allocation is not null) states.Add("allocated");
        if (!claim.Status.ReservedFor.IsEmpty) states.Add("reserved");
        return string.Join(',', states);
    }
}
