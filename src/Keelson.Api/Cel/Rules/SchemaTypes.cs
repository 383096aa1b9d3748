using Keelson.Api.Cel.Checking;
using Keelson.Api.Schemas;

namespace Keelson.Api.Cel.Rules;

/// <summary>The types that expressions know for schemas, with what the schemas declare of sizes.</summary>
public static class SchemaTypes
{
    private const long LongestNumber = 25;

    /// <summary>The type of a schema's values; null where expressions can't see them.</summary>
    /// <param name="rules">What is said of the field rather than of its type.</param>
    public static DeclaredType? Of(Schema schema, ValueRules rules, bool isRoot, string name)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(rules);
        if (schema.IntOrString) return DeclaredType.Dyn;
        return schema.Type switch
        {
            SchemaType.List => schema.Items is { } items && Of(items, items.Rules, items.EmbeddedResource, name + ".@items") is { } element
                ? DeclaredType.ListOf(element, Most(schema.Rules.MaxItems, rules.MaxItems))
                : null,
            SchemaType.Map => MapOf(schema, rules, name),
            SchemaType.Object => Object(schema, rules, isRoot || schema.EmbeddedResource, name),
            SchemaType.String => Text(schema, rules),
            SchemaType.Boolean => DeclaredType.Of(CelType.Bool, leastLength: 4),
            SchemaType.Integer => DeclaredType.Of(CelType.Int),
            SchemaType.Number => DeclaredType.Of(CelType.Double),
            _ => schema.PreserveUnknownFields ? DeclaredType.Dyn : null,
        };
    }

    /// <summary>The type of a resource's objects with all of their metadata, as policies see them.</summary>
    public static DeclaredType OfObject(Schema schema, string name)
    {
        ArgumentNullException.ThrowIfNull(schema);
        if (schema.PreserveUnknownFields && schema.Properties.Count == 0) return DeclaredType.Dyn;
        return DeclaredType.Object(name, () =>
        {
            var fields = Fields(schema, isResource: true, name);
            fields["metadata"] = DeclaredType.Object(name + ".metadata", () =>
            {
                // Policies see objects as they stand, so that this is its name although it is a reserved word.
                var metadata = Fields(Meta.V1.ObjectMeta.TypeSchema, isResource: false, name + ".metadata");
                metadata["namespace"] = DeclaredType.Of(CelType.String, DeclaredType.MaximumRequest, 2);
                return metadata;
            });
            return fields;
        });
    }

    /// <summary>Whether a schema's objects have fields that expressions see one by one; the others are maps.</summary>
    internal static bool HasFields(Schema schema) => schema.Properties.Count > 0 || schema.EmbeddedResource || (schema.AdditionalProperties is null && !schema.PreserveUnknownFields);

    private static DeclaredType? MapOf(Schema schema, ValueRules rules, string name)
    {
        if (schema.AdditionalProperties is not { } values) return null;
        if (Of(values, values.Rules, values.EmbeddedResource, name + ".@values") is not { } element) return null;
        return DeclaredType.MapOf(DeclaredType.Of(CelType.String, DeclaredType.MaximumRequest, 2), element, Most(schema.Rules.MaxProperties, rules.MaxProperties));
    }

    private static DeclaredType Object(Schema schema, ValueRules rules, bool isResource, string name)
    {
        // An object that may hold anything and declares nothing has no fields to check against.
        if (schema.PreserveUnknownFields && schema.Properties.Count == 0 && !isResource) return DeclaredType.Dyn;
        if (schema.Properties.Count == 0 && schema.AdditionalProperties is not null && MapOf(schema, rules, name) is { } map) return map;
        long least = 2;
        foreach (var property in schema.Properties)
        {
            if (property.Required && property.DefaultJson is null) least += property.Name.Length + 4;
        }

        return DeclaredType.Object(name, () => Fields(schema, isResource, name), least);
    }

    private static Dictionary<string, DeclaredType> Fields(Schema schema, bool isResource, string name)
    {
        var fields = new Dictionary<string, DeclaredType>(StringComparer.Ordinal);
        foreach (var property in schema.Properties)
        {
            if (FieldNaming.Escape(property.Name) is not { } written) continue;
            if (isResource && property.Name is "apiVersion" or "kind" or "metadata") continue;
            if (Of(property.Schema, property.Rules, false, $"{name}.{property.Name}") is { } type) fields[written] = type;
        }

        if (!isResource) return fields;
        fields["apiVersion"] = fields["kind"] = Identity(schema.FindProperty("apiVersion"));
        fields["kind"] = Identity(schema.FindProperty("kind"));
        fields["metadata"] = DeclaredType.Object(name + ".metadata", () => new Dictionary<string, DeclaredType>(StringComparer.Ordinal)
        {
            ["name"] = Identity(schema.FindProperty("metadata")?.Schema.FindProperty("name")),
            ["generateName"] = Identity(schema.FindProperty("metadata")?.Schema.FindProperty("generateName")),
        });
        return fields;
    }

    private static DeclaredType Identity(SchemaProperty? given) =>
        DeclaredType.Of(CelType.String, given?.Rules.MaxLength ?? given?.Schema.Rules.MaxLength ?? DeclaredType.MaximumRequest, 2);

    private static DeclaredType Text(Schema schema, ValueRules rules) => schema.Format switch
    {
        "date" => DeclaredType.Of(CelType.Timestamp, 10, 10),
        "date-time" => DeclaredType.Of(CelType.Timestamp, LongestNumber, 20),
        "duration" => DeclaredType.Of(CelType.Duration, LongestNumber, 2),
        "byte" => DeclaredType.Of(CelType.Bytes, Most(schema.Rules.MaxLength, rules.MaxLength) ?? DeclaredType.MaximumRequest, 2),
        _ => DeclaredType.Of(CelType.String, Longest(schema, rules), 2),
    };

    // A character may take four bytes, but a request has only so many.
    private static long Longest(Schema schema, ValueRules rules)
    {
        if (Most(schema.Rules.MaxLength, rules.MaxLength) is { } length) return length;
        var enumeration = rules.EnumJson.Count > 0 ? rules.EnumJson : schema.Rules.EnumJson;
        return enumeration.Count > 0 ? enumeration.Max(json => json.Length) : DeclaredType.MaximumRequest - 2;
    }

    private static long? Most(long? first, long? second) => first is null ? second : second is null ? first : Math.Min(first.Value, second.Value);
}
