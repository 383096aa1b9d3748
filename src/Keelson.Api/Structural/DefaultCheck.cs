using Keelson.Api.ApiExtensions.V1;
using Keelson.Api.Schemas;
using Keelson.Api.Validation;
using Keelson.Api.Values;

namespace Keelson.Api.Structural;

/// <summary>Checks that the defaults in a structural schema are values that it allows, without unknown fields.</summary>
internal sealed class DefaultCheck
{
    private readonly FieldErrors _errors;

    private DefaultCheck(FieldErrors errors) => _errors = errors;

    public static void Check(JSONSchemaProps schema, FieldErrors errors)
    {
        var root = schema with { XKubernetesEmbeddedResource = true };
        new DefaultCheck(errors).Node(root, root, []);
    }

    /// <param name="resource">The innermost resource that the node is part of.</param>
    /// <param name="inMetadata">The path from it, where that leads into its metadata; a list's element is null.</param>
    private void Node(JSONSchemaProps schema, JSONSchemaProps resource, List<string?> inMetadata)
    {
        if (schema.XKubernetesEmbeddedResource)
        {
            resource = schema;
            inMetadata = [];
        }

        if (schema.Default is { IsNil: false, IsNull: false } given) Default(ValueReader.Read(given.ToString()), schema, resource, inMetadata);
        // Defaults in additionalProperties are not looked at, as in upstream.
        if (schema.Items?.Schema is { } items)
        {
            using (_errors.In("items")) Node(items, resource, inMetadata.Count == 0 ? inMetadata : [.. inMetadata, null]);
        }

        for (var i = 0; i < schema.Properties.Count; i++)
        {
            var name = schema.Properties.Keys[i];
            var enters = inMetadata.Count > 0 || (schema.XKubernetesEmbeddedResource && name is "metadata" or "apiVersion" or "kind");
            using (_errors.In("properties", name)) Node(schema.Properties.Values[i], resource, enters ? [.. inMetadata, name] : []);
        }
    }

    private void Default(Value value, JSONSchemaProps schema, JSONSchemaProps resource, List<string?> inMetadata)
    {
        if (inMetadata.Count > 0)
        {
            if (MetadataFault(value, resource, inMetadata) is { } fault) _errors.Invalid("default", value, $"must result in valid metadata: {fault}");
            else Validate(value, SchemaParser.Parse(schema));
            return;
        }

        var parsed = SchemaParser.Parse(schema);
        if (!Pruner.Prune(value, parsed, parsed.EmbeddedResource).Equals(value)) _errors.Invalid("default", value, "must not have unknown fields");
        var total = _errors.Total;
        using (_errors.In("default"))
        {
            if (MetadataCoercion.Coerce(value, parsed, parsed.EmbeddedResource, _errors) is null) return;
            EmbeddedObjectValidation.Validate(value, parsed, parsed.EmbeddedResource, _errors);
        }

        if (_errors.Total == total) Validate(value, parsed);
    }

    private void Validate(Value value, Schema schema)
    {
        using (_errors.In("default")) SchemaValidator.Validate(value, schema, _errors);
    }

    /// <summary>What is wrong with a resource that has the default in its metadata, or null.</summary>
    private static string? MetadataFault(Value value, JSONSchemaProps resource, List<string?> path)
    {
        for (var i = path.Count - 1; i >= 0; i--) value = path[i] is { } key ? MapValue.Of((key, value)) : ListValue.Create([value]);
        var whole = (MapValue)value;
        if (!whole.ContainsKey("kind")) whole = whole.With("kind", "Validation");
        if (!whole.ContainsKey("apiVersion")) whole = whole.With("apiVersion", "validation/v1");
        var errors = new FieldErrors();
        var schema = SchemaParser.Parse(resource);
        if (MetadataCoercion.Coerce(whole, schema, true, errors) is not null) EmbeddedObjectValidation.Validate(whole, schema, true, errors);
        return errors.IsEmpty ? null : errors.ToMessage();
    }
}
