using Keelson.Api.ApiExtensions.V1;
using Keelson.Api.Meta.V1;
using Keelson.Api.Schemas;

namespace Keelson.Api.Structural;

/// <summary>Makes the one schema object of a custom resource's definition.</summary>
public static class StructuralSchema
{
    /// <summary>How deep schemas may nest; the same bound holds for everything that walks one.</summary>
    public const int MaximumDepth = 250;

    /// <summary>Parses a schema that has passed <see cref="DefinitionSchemaCheck"/>; what that refuses is left out.</summary>
    /// <exception cref="FormatException">The schema nests deeper than <see cref="MaximumDepth"/>.</exception>
    public static Schema Parse(JSONSchemaProps definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return SchemaParser.Parse(definition);
    }

    /// <summary>
    /// The schema of a whole resource: the parsed one with apiVersion, kind and the metadata that every object has,
    /// whose name and generateName the definition may have restricted.
    /// </summary>
    public static Schema ForResource(Schema parsed, GroupVersionKind kind)
    {
        ArgumentNullException.ThrowIfNull(parsed);
        var properties = new List<SchemaProperty>(parsed.Properties.Count + 3)
        {
            Typed(parsed, KnownSchemas.ApiVersionProperty),
            Typed(parsed, KnownSchemas.KindProperty),
            Metadata(parsed.FindProperty("metadata")),
        };
        properties.AddRange(parsed.Properties.Where(property => property.Name is not ("apiVersion" or "kind" or "metadata")));
        // A root without fields is still an object and not a map.
        return parsed with { Type = parsed.Type == SchemaType.Map ? SchemaType.Object : parsed.Type, Properties = properties, Kinds = [kind] };
    }

    /// <summary>What a field may hold, as a schema that stands alone: what is said of the field is said of the schema.</summary>
    public static Schema? OfField(Schema schema, string name)
    {
        ArgumentNullException.ThrowIfNull(schema);
        if (schema.FindProperty(name) is not { } property) return null;
        return property.Schema with
        {
            Rules = ReferenceEquals(property.Rules, ValueRules.None) ? property.Schema.Rules : property.Rules,
            DefaultJson = property.DefaultJson ?? property.Schema.DefaultJson,
            Description = property.Description.Length > 0 ? property.Description : property.Schema.Description,
            MapKind = property.EffectiveMapKind,
        };
    }

    private static SchemaProperty Typed(Schema parsed, SchemaProperty own)
    {
        if (parsed.FindProperty(own.Name) is not { } given) return own;
        return own with { Rules = given.Rules, Required = given.Required, Description = given.Description.Length > 0 ? given.Description : own.Description };
    }

    private static SchemaProperty Metadata(SchemaProperty? given)
    {
        var common = ObjectMeta.TypeSchema;
        if (given is null) return new SchemaProperty("metadata", common);
        var schema = given.Schema.Properties.Count == 0
            ? common
            : common with { Properties = [.. common.Properties.Select(property => Restricted(property, given.Schema))] };
        return new SchemaProperty("metadata", schema) { Required = given.Required, Rules = given.Rules, Description = given.Description };
    }

    private static SchemaProperty Restricted(SchemaProperty property, Schema given) =>
        given.FindProperty(property.Name) is { } restricted
            ? property with { Rules = restricted.Rules, Required = restricted.Required }
            : property;
}
