using Keelson.Api;
using Keelson.Api.Meta.V1;
using Keelson.Server.Objects;

namespace Keelson.Server.Tables;

/// <summary>The columns of one declared kind.</summary>
/// <param name="cells">An object's cells, one for each column.</param>
internal sealed class ColumnSet<T>(TableColumnDefinition[] columns, Func<T, DateTimeOffset, TableCells> cells) : ITableColumns
    where T : class, IResource
{
    public ApiList<TableColumnDefinition> Columns { get; } = columns.ToApiList();

    /// <summary>Compares two objects of a list; null leaves it in the order of the names.</summary>
    public Comparison<T>? Sorted { get; init; }

    public IComparer<ApiObject>? Order => Sorted is { } compare ? Comparer<ApiObject>.Create((one, other) => compare((T)one.Typed!, (T)other.Typed!)) : null;

    public TableCells Cells(ApiObject value, DateTimeOffset now) => cells((T)value.Typed!, now);
}
