using Keelson.Api.ApiRegistration.V1;
using Keelson.Server.Aggregation;

namespace Keelson.Server.Tables.Kinds;

/// <summary>How API services are shown.</summary>
internal static class ApiServiceColumns
{
    public static ColumnSet<APIService> Instance { get; } = new(
        [Column.Name, Column.Text("Service"), Column.Text("Available"), Column.Age],
        (value, now) => TableCells.Of(value.Metadata.Name, Where(value), Available(value), Age.Of(value.Metadata.CreationTimestamp, now)));

    private static string Where(APIService value) => value.Spec.Service is { } service ? $"{service.Namespace}/{service.Name}" : "Local";

    private static string Available(APIService value) => Availability.Of(value) switch
    {
        null => "Unknown",
        { Status: not ConditionStatus.True, Reason.Length: > 0 } condition => $"{condition.Status} ({condition.Reason})",
        { } condition => condition.Status,
    };
}
