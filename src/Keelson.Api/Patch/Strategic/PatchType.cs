using Keelson.Api.Schemas;

namespace Keelson.Api.Patch.Strategic;

/// <summary>What a type says of merging one of its fields.</summary>
/// <param name="Type">The type of the field's value; for a list, of its elements.</param>
/// <param name="RetainKeys">Whether keys that the patch does not name go away.</param>
/// <param name="Strategy">"merge", "replace", or empty.</param>
/// <param name="MergeKey">The field that identifies a list's elements, or empty.</param>
internal readonly record struct PatchField(PatchType Type, bool RetainKeys, string Strategy, string MergeKey)
{
    internal bool Replaces => Strategy == Directives.Replace;

    internal bool Merges => Strategy == Directives.Merge;
}

/// <summary>A type as strategic merge patches see it: fields, their strategies and merge keys.</summary>
/// <param name="Schema">Null where nothing is known: maps merge by key there, and lists are replaced.</param>
internal readonly record struct PatchType(Schema? Schema)
{
    private const string RetainKeys = "retainKeys";

    /// <summary>The field, to be merged as a map.</summary>
    internal PatchField Map(string name) => Field(name);

    /// <summary>The field, to be merged as a list; its type is that of the elements.</summary>
    internal PatchField List(string name)
    {
        var field = Field(name);
        return field.Type.Schema switch
        {
            null => field,
            { Type: SchemaType.List, Items: { Type: SchemaType.List } } => throw PatchErrors.Malformed("unexpected slice of slice"),
            { Type: SchemaType.List } list => field with { Type = Of(list.Items) },
            _ => throw PatchErrors.Malformed($"expected slice or array type, but got: {KindName()}"),
        };
    }

    /// <summary>Open types, which take anything, count as unknown.</summary>
    internal static PatchType Of(Schema? schema) =>
        new(schema is { Type: SchemaType.Any } or { Type: SchemaType.Object, PreserveUnknownFields: true, Properties.Count: 0 } ? null : schema);

    private PatchField Field(string name)
    {
        if (Schema is null) return Plain(null);
        switch (Schema.Type)
        {
            case SchemaType.Map:
                return Plain(Schema.AdditionalProperties);
            case SchemaType.Object:
                if (Schema.FindProperty(name) is { } property) return Declared(property);
                if (Schema.AdditionalProperties is { } values) return Plain(values);
                if (Schema.PreserveUnknownFields || Schema.EmbeddedResource) return Plain(null);
                throw PatchErrors.Malformed($"unable to find api field in struct {StructName()} for the json field \"{name}\"");
            default:
                throw PatchErrors.Malformed($"merging an object in json but data type is not struct, instead is: {KindName()}");
        }
    }

    private static PatchField Plain(Schema? schema) => new(Of(schema), false, "", "");

    private static PatchField Declared(SchemaProperty property)
    {
        var type = Of(property.Schema);
        var mergeKey = property.PatchMergeKey ?? "";
        if (property.PatchStrategy.Length == 0) return new PatchField(type, false, "", mergeKey);
        return property.PatchStrategy.Split(',') switch
        {
            [RetainKeys] => new PatchField(type, true, "", mergeKey),
            [var only] => new PatchField(type, false, only, mergeKey),
            [RetainKeys, var other] => new PatchField(type, true, other, mergeKey),
            [var other, RetainKeys] => new PatchField(type, true, other, mergeKey),
            var strategies => throw PatchErrors.Malformed($"unexpected patch strategy: [{string.Join(' ', strategies)}]"),
        };
    }

    private string StructName()
    {
        var name = Schema?.Name ?? "";
        return name[(name.LastIndexOf('.') + 1)..];
    }

    private string KindName() => Schema!.Type switch
    {
        SchemaType.Object => "struct",
        SchemaType.Map => "map",
        SchemaType.List => "slice",
        SchemaType.Integer => Schema.Format ?? "int64",
        SchemaType.Number => "float64",
        SchemaType.Boolean => "bool",
        _ => Schema.IntOrString ? "struct" : "string",
    };
}
