using Keelson.Api.Schemas;

namespace Keelson.Api.Structural;

/// <summary>Schemas that many definitions have in common, so that a field of theirs costs no schema of its own.</summary>
internal static class SharedSchemas
{
    /// <summary>What additionalProperties: true allows: any value, of which objects lose all their fields.</summary>
    public static readonly Schema Anything = new(SchemaType.Any) { Nullable = true };

    /// <summary>What additionalProperties: false allows: no value. Pruning leaves it to validation to say so.</summary>
    public static readonly Schema Nothing = new(SchemaType.Any) { Nullable = true, Rules = new ValueRules { Not = Anything } };

    private static readonly Schema Integer = new(SchemaType.Integer);
    private static readonly Schema Number = new(SchemaType.Number);
    private static readonly Schema Float = new(SchemaType.Number) { Format = "float" };
    private static readonly Schema DateTime = new(SchemaType.String) { Format = "date-time" };
    private static readonly Schema Untyped = new(SchemaType.Any);
    private static readonly Schema Preserved = new(SchemaType.Object) { PreserveUnknownFields = true };
    private static readonly Schema IntOrString = new(SchemaType.Any) { IntOrString = true };

    private static readonly Schema[] Known =
    [
        Schema.String, Schema.Boolean, Schema.Int32, Schema.Int64, Schema.Double, Schema.Bytes, Schema.Any,
        Integer, Number, Float, DateTime, Untyped, Preserved, IntOrString,
    ];

    private static readonly Schema[] KnownNullable = Array.ConvertAll(Known, schema => schema with { Nullable = true });

    /// <summary>A schema of that shape and nothing else, shared where it is common.</summary>
    public static Schema Plain(SchemaType type, string? format, bool nullable, bool preserve, bool intOrString)
    {
        foreach (var known in nullable ? KnownNullable : Known)
        {
            if (known.Type == type && known.Format == format && known.PreserveUnknownFields == preserve && known.IntOrString == intOrString)
            {
                return known;
            }
        }

        return new Schema(type) { Format = format, Nullable = nullable, PreserveUnknownFields = preserve, IntOrString = intOrString };
    }
}
