using Keelson.Api;
using Keelson.Api.Meta.V1;
using Keelson.Server.Objects;

namespace Keelson.Server.Tables;

/// <summary>How one kind is shown by kubectl get: its columns, and an object's cells in them.</summary>
public interface ITableColumns
{
    ApiList<TableColumnDefinition> Columns { get; }

    /// <summary>The cells of one object, one for each column.</summary>
    TableCells Cells(ApiObject value, DateTimeOffset now);

    /// <summary>In what order a list is shown; null leaves it in the order of the names.</summary>
    IComparer<ApiObject>? Order => null;
}

/// <summary>One row: a value for each column, and what is to be said of the row as a whole.</summary>
/// <param name="Values">Text, a whole number, true or false, or null.</param>
public readonly record struct TableCells(object?[] Values, ApiList<TableRowCondition> Conditions = default)
{
    public static TableCells Of(params object?[] values) => new(values);
}
