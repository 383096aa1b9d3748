using Keelson.Api;
using Keelson.Api.Meta.V1;
using Keelson.Server.Objects;

namespace Keelson.Server.Tables;

/// <summary>Name and age: what any object can be shown by.</summary>
internal sealed class PlainColumns : ITableColumns
{
    public static PlainColumns Instance { get; } = new();

    public ApiList<TableColumnDefinition> Columns { get; } = [Column.Name, Column.Age];

    public TableCells Cells(ApiObject value, DateTimeOffset now) =>
        TableCells.Of(value.Metadata.Name, Age.Of(value.Metadata.CreationTimestamp, now));
}
