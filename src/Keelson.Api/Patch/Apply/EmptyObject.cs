using Keelson.Api.Schemas;
using Keelson.Api.Values;

namespace Keelson.Api.Patch.Apply;

/// <summary>What a built-in kind's object is before anything is in it.</summary>
public static class EmptyObject
{
    /// <summary>Levels of nested objects that are always there; default 32. Built-in kinds have six.</summary>
    private const int MaxDepth = 32;

    /// <summary>The object with everything in it that is written even when it is empty.</summary>
    public static MapValue Of(Schema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return Make(schema, 0);
    }

    private static MapValue Make(Schema schema, int depth)
    {
        var result = new MapBuilder();
        foreach (var property in schema.Properties)
        {
            if (property.Emit == Emit.NotZero) continue;
            var type = property.Schema;
            if (type.Type == SchemaType.Object && !property.Nullable)
            {
                if (depth < MaxDepth) result.Set(property.Name, Make(type, depth + 1));
            }
            else if (property.Emit == Emit.Always || (IsStruct(type) && !property.Nullable))
            {
                result.Set(property.Name, property.Nullable ? Value.Null : Zero(type));
            }
        }

        return result.Build();
    }

    /// <summary>Scalars that are structs in Go, which therefore are never left out for being empty.</summary>
    private static bool IsStruct(Schema type) => type.IntOrString || type.IsQuantity || type.Format == "date-time";

    private static Value Zero(Schema type) => type switch
    {
        { IntOrString: true } or { Type: SchemaType.Integer or SchemaType.Number } => 0,
        { IsQuantity: true } => "0",
        { Type: SchemaType.Boolean } => false,
        { Type: SchemaType.String, Format: not ("date-time" or "byte") } => "",
        _ => Value.Null,
    };
}
