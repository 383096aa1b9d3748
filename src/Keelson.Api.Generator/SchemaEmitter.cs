namespace Keelson.Api.Generator;

/// <summary>Writes a type's schema.</summary>
internal static class SchemaEmitter
{
    private const string Schemas = "global::Keelson.Api.Schemas.";

    public static void Write(SourceWriter source, TypeModel type)
    {
        source.Line($"private static {Schemas}Schema? _schema;");
        source.Line();
        var kinds = string.Join(", ", type.Kinds.Where(_ => type.HasTypeMeta).Select(kind => $"new({Literal(kind.Group)}, {Literal(kind.Version)}, {Literal(type.Name)})"));
        source.Open($"public static {Schemas}Schema TypeSchema => {Schemas}Schema.Declare(ref _schema, {Literal(type.OpenApiName)}, {Literal(type.Description)}, {Schemas}MapKind.{type.MapKind}, [{kinds}], static () =>", "[");
        if (type.HasTypeMeta)
        {
            source.Line($"{Schemas}KnownSchemas.ApiVersionProperty,");
            source.Line($"{Schemas}KnownSchemas.KindProperty,");
        }

        foreach (var field in type.Fields)
        {
            source.Line(field.Inlined is null ? Property(field) + "," : $".. {field.CoreType}.TypeSchema.Properties,");
        }

        source.Close("]);");
    }

    private static string Property(FieldModel field)
    {
        var schema = field.SchemaExpression;
        if (field.ListKind is not null)
        {
            var keys = field.ListMapKeys.Length == 0 ? "" : $", ListMapKeys = [{string.Join(", ", field.ListMapKeys.Select(Literal))}]";
            schema += $" with {{ ListKind = {Schemas}ListKind.{field.ListKind}{keys} }}";
        }

        var parts = new List<string> { $"Description = {Literal(field.Description)}" };
        if (field.Number > 0) parts.Add($"Number = {field.Number}");
        if (field.Emit != "NotEmpty") parts.Add($"Emit = global::Keelson.Api.Emit.{field.Emit}");
        if (field.Required) parts.Add("Required = true");
        if (field.Nullable) parts.Add("Nullable = true");
        if (field.Immutable) parts.Add("Immutable = true");
        if (field.UnionMember) parts.Add("UnionMember = true");
        if (field.DefaultJson is { } json) parts.Add($"DefaultJson = {Literal(json)}");
        if (field.MapKind != "Unset") parts.Add($"MapKind = {Schemas}MapKind.{field.MapKind}");
        if (field.PatchStrategy is { } strategy) parts.Add($"PatchStrategy = {Literal(strategy)}");
        if (field.PatchMergeKey is { } key) parts.Add($"PatchMergeKey = {Literal(key)}");
        if (field.Rules.Count > 0) parts.Add($"Rules = new() {{ {string.Join(", ", field.Rules)} }}");
        return $"new({Literal(field.JsonName)}, {schema}) {{ {string.Join(", ", parts)} }}";
    }

    private static string Literal(string text) => SourceWriter.Literal(text);
}
