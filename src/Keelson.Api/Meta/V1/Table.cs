namespace Keelson.Api.Meta.V1;

/// <summary>Objects as rows of cells, which the server prepares for display.</summary>
[Kind("meta.k8s.io", "v1")]
public sealed partial record Table
{
    /// <summary>What is said of the list as a whole.</summary>
    [Field(0)] public ListMeta Metadata { get; init; } = ListMeta.Empty;

    /// <summary>The columns, in the order of the cells.</summary>
    [Field(0, Emit = Emit.Always), Atomic] public ApiList<TableColumnDefinition> ColumnDefinitions { get; init; }

    /// <summary>The rows, normally one for each object.</summary>
    [Field(0, Emit = Emit.Always), Atomic] public ApiList<TableRow> Rows { get; init; }
}

/// <summary>One column of a table.</summary>
[ApiType]
public sealed partial record TableColumnDefinition
{
    /// <summary>Heading of the column, short and readable.</summary>
    [Field(0, Emit = Emit.Always)] public string Name { get; init; } = "";

    /// <summary>OpenAPI type of the cells: string, integer, number, boolean and so on.</summary>
    [Field(0, Emit = Emit.Always)] public string Type { get; init; } = "";

    /// <summary>OpenAPI refinement of the type, such as date; name marks the column that identifies the object.</summary>
    [Field(0, Emit = Emit.Always)] public string Format { get; init; } = "";

    /// <summary>What the column means, for help texts.</summary>
    [Field(0, Emit = Emit.Always)] public string Description { get; init; } = "";

    /// <summary>Importance: 0 is always shown, higher numbers only in wide output.</summary>
    [Field(0, Emit = Emit.Always)] public int Priority { get; init; }
}

/// <summary>One row of a table.</summary>
[ApiType]
public sealed partial record TableRow
{
    /// <summary>Values in the order of the columns: text, numbers, booleans, null, or simple lists and maps.</summary>
    [Field(0, Emit = Emit.Always), Atomic] public ApiList<RawJson> Cells { get; init; }

    /// <summary>Findings about the row; tools may show it differently because of them.</summary>
    [Field(0), Atomic] public ApiList<TableRowCondition> Conditions { get; init; }

    /// <summary>The object behind the row, as far as includeObject asks for it.</summary>
    [Field(0)] public RawJson Object { get; init; }
}

/// <summary>One finding about a row.</summary>
[ApiType]
public sealed partial record TableRowCondition
{
    /// <summary>What is reported; Completed means that the object has run to its end.</summary>
    [Field(0, Emit = Emit.Always), KnownValues(typeof(RowConditionType))] public string Type { get; init; } = "";

    /// <summary>Whether the finding holds: True, False or Unknown.</summary>
    [Field(0, Emit = Emit.Always), KnownValues(typeof(ConditionStatus))] public string Status { get; init; } = "";

    /// <summary>Brief cause in CamelCase for programs, specific to the type.</summary>
    [Field(0)] public string Reason { get; init; } = "";

    /// <summary>Details for people to read, in free text that programs should not parse.</summary>
    [Field(0)] public string Message { get; init; } = "";
}

/// <summary>The values of RowConditionType that are known.</summary>
public static class RowConditionType
{
    public const string Completed = "Completed";
}
