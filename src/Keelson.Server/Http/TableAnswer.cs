using System.Globalization;
using System.Text.Json;
using Keelson.Api;
using Keelson.Api.Json;
using Keelson.Api.Meta.V1;
using Keelson.Server.Objects;
using Keelson.Server.Registry;
using Keelson.Server.Tables;

namespace Keelson.Server.Http;

/// <summary>Turns objects into rows of cells.</summary>
internal static class TableAnswer
{
    /// <summary>A table of objects. The columns may be left out: a watch tells them once.</summary>
    public static Table Of(RegisteredResource resource, IEnumerable<IAnswerObject> items, ListMeta metadata, string includeObject, string version, DateTimeOffset now, bool withColumns = true)
    {
        var columns = TableSet.Of(resource);
        var rows = new ApiListBuilder<TableRow>();
        var seen = items.Select(item => (Item: item, Object: resource.Custom is null ? resource.ToStored(item.Object) : item.Object));
        if (columns.Order is { } order) seen = seen.OrderBy(one => one.Object, order);
        foreach (var (item, value) in seen) rows.Add(Row(columns, item, value, includeObject, version, now));
        return new Table
        {
            ApiVersion = $"meta.k8s.io/{version}",
            Kind = "Table",
            Metadata = metadata,
            ColumnDefinitions = withColumns ? columns.Columns : ApiList<TableColumnDefinition>.Empty,
            Rows = rows.ToList(),
        };
    }

    /// <summary>A table of one object that is not of the request's resource.</summary>
    public static Table Of(ITableColumns columns, IResource value, string includeObject, string version, DateTimeOffset now)
    {
        var shown = new UnstoredObject(new TypedObject(value));
        var row = Row(columns, shown, shown.Object, includeObject, version, now);
        return new Table
        {
            ApiVersion = $"meta.k8s.io/{version}",
            Kind = "Table",
            Metadata = new ListMeta { ResourceVersion = value.Metadata.ResourceVersion },
            ColumnDefinitions = columns.Columns,
            Rows = ((TableRow[])[row]).ToApiList(),
        };
    }

    /// <summary>An object reduced to its metadata.</summary>
    public static PartialObjectMetadata Metadata(ApiObject value, string version) =>
        new() { ApiVersion = $"meta.k8s.io/{version}", Kind = "PartialObjectMetadata", Metadata = value.Metadata };

    private static TableRow Row(ITableColumns columns, IAnswerObject item, ApiObject seen, string includeObject, string version, DateTimeOffset now)
    {
        var cells = columns.Cells(seen, now);
        var raw = new ApiListBuilder<RawJson>(cells.Values.Length);
        foreach (var cell in cells.Values) raw.Add(Cell(cell));
        return new TableRow
        {
            Cells = raw.ToList(),
            Conditions = cells.Conditions,
            Object = includeObject switch
            {
                "None" => default,
                "Object" => RawJson.Wrap(item.JsonBytes.ToArray()),
                _ => RawJson.Wrap(ApiJson.Encode((IKind)Metadata(item.Object, version))),
            },
        };
    }

    private static RawJson Cell(object? value)
    {
        using var writer = new JsonWriter();
        switch (value)
        {
            case null: writer.Null(); break;
            case bool flag: writer.Boolean(flag); break;
            case int number: writer.Integer(number); break;
            case long number: writer.Integer(number); break;
            case double number: return RawJson.Wrap(JsonSerializer.SerializeToUtf8Bytes(number));
            default: writer.String(Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""); break;
        }

        return RawJson.Wrap(writer.ToArray());
    }
}
