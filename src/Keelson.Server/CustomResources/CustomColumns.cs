using System.Globalization;
using Keelson.Api;
using Keelson.Api.ApiExtensions.V1;
using Keelson.Api.Meta.V1;
using Keelson.Api.Values;
using Keelson.Server.Objects;
using Keelson.Server.Tables;

namespace Keelson.Server.CustomResources;

/// <summary>The name, and the columns that a definition adds; the age where it adds none.</summary>
internal sealed class CustomColumns : ITableColumns
{
    private static readonly CustomResourceColumnDefinition[] AgeAlone =
    [
        new() { Name = "Age", Type = "date", Description = "When the object was created.", JsonPath = ".metadata.creationTimestamp" },
    ];

    private readonly (string Type, FieldExpression Path)[] _cells;

    private CustomColumns(IReadOnlyList<CustomResourceColumnDefinition> added, FieldExpression[] paths)
    {
        _cells = [.. added.Select((column, index) => (column.Type, paths[index]))];
        Columns =
        [
            Column.Name,
            .. added.Select(column => new TableColumnDefinition
            {
                Name = column.Name, Type = column.Type, Format = column.Format, Description = column.Description.Length > 0 ? column.Description : $"Custom resource definition column (in JSONPath format): {column.JsonPath}", Priority = column.Priority,
            }),
        ];
    }

    public ApiList<TableColumnDefinition> Columns { get; }

    /// <summary>The columns of a version. Where one of them can't be read, all are as if none were given.</summary>
    public static CustomColumns Of(IReadOnlyList<CustomResourceColumnDefinition> added)
    {
        if (added.Count == 0) added = AgeAlone;
        var paths = added.Select(column => FieldExpression.Parse(column.JsonPath)).ToArray();
        if (Array.TrueForAll(paths, path => path is not null)) return new CustomColumns(added, paths!);
        return new CustomColumns(AgeAlone, [FieldExpression.Parse(AgeAlone[0].JsonPath)!]);
    }

    public TableCells Cells(ApiObject value, DateTimeOffset now)
    {
        var cells = new object?[_cells.Length + 1];
        cells[0] = value.Metadata.Name;
        var map = value.ToValue();
        for (var i = 0; i < _cells.Length; i++) cells[i + 1] = Cell(_cells[i].Type, _cells[i].Path.First(map), now);
        return new TableCells(cells);
    }

    private static object? Cell(string type, Value? value, DateTimeOffset now) => (type, value) switch
    {
        (_, null or NullValue) => null,
        ("string", TextValue text) => text.Text,
        ("string", _) => value.ToString(),
        ("integer" or "number", IntegerValue number) => number.Integer,
        ("integer", NumberValue number) => Math.Abs(number.Number) < 1e18 ? (long)number.Number : null,
        ("number", NumberValue number) => number.Number,
        ("boolean", BoolValue flag) => flag.Bool,
        ("date", TextValue time) => DateTimeOffset.TryParse(time.Text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? Age.Of(now - at) : "<invalid>",
        _ => null,
    };
}
