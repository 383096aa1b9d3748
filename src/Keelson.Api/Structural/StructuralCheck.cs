using Keelson.Api.ApiExtensions.V1;
using Keelson.Api.Structural.Patterns;
using Keelson.Api.Validation;

namespace Keelson.Api.Structural;

/// <summary>
/// Checks that a schema is structural: that it says of each field what it is, in one place, and that what it combines only
/// restricts values.
/// </summary>
internal sealed class StructuralCheck
{
    private static readonly JSONSchemaProps Nothing = new();
    private static readonly JSONSchemaProps AnInteger = new() { Type = "integer" };
    private static readonly JSONSchemaProps AString = new() { Type = "string" };

    private readonly FieldErrors _errors;

    private StructuralCheck(FieldErrors errors) => _errors = errors;

    private enum Level
    {
        Root,
        Item,
        Field,
    }

    /// <summary>Adds the errors of the schema that is here, in the order of their text.</summary>
    public static void Check(JSONSchemaProps schema, FieldErrors errors)
    {
        var count = errors.Count;
        new StructuralCheck(errors).Node(schema, Level.Root);
        StructuralCompleteness.Check(schema, errors);
        errors.Sort(count);
    }

    private void Node(JSONSchemaProps schema, Level level)
    {
        if (schema.Type == "array" && schema.Items?.Schema is null) _errors.Required("items", "must be specified");
        if (schema.Items?.Schema is { } items)
        {
            using (_errors.In("items")) Node(items, Level.Item);
        }

        for (var i = 0; i < schema.Properties.Count; i++)
        {
            using (_errors.In("properties", schema.Properties.Keys[i])) Node(schema.Properties.Values[i], Level.Field);
        }

        if (schema.AdditionalProperties is { } additional)
        {
            if (level == Level.Root) _errors.Forbidden("additionalProperties", "must not be used at the root");
            if (additional.Schema is { } values)
            {
                using (_errors.In("additionalProperties")) Node(values, Level.Field);
            }
        }

        Extensions(schema);
        Rules(schema, IsIntOrString(schema.AnyOf), schema.AllOf.Count > 0 && IsIntOrString(schema.AllOf[0].AnyOf));
        Type(schema, level);
        Resource(schema, level);
    }

    /// <summary>The one combination of types that is allowed, for what may be an integer or a string.</summary>
    internal static bool IsIntOrString(ApiList<JSONSchemaProps> anyOf) => anyOf.Count == 2 && anyOf[0] == AnInteger && anyOf[1] == AString;

    private void Extensions(JSONSchemaProps schema)
    {
        if (!schema.XKubernetesIntOrString) return;
        if (schema.XKubernetesPreserveUnknownFields is true)
        {
            _errors.Invalid("x-kubernetes-preserve-unknown-fields", true, "must be false if x-kubernetes-int-or-string is true");
        }

        if (schema.XKubernetesEmbeddedResource)
        {
            _errors.Invalid("x-kubernetes-embedded-resource", true, "must be false if x-kubernetes-int-or-string is true");
        }
    }

    private void Type(JSONSchemaProps schema, Level level)
    {
        const string EmbeddedIsObject = "must be object if x-kubernetes-embedded-resource is true";
        if (schema.XKubernetesEmbeddedResource && schema.Type != "object")
        {
            if (schema.Type.Length == 0) _errors.Required("type", EmbeddedIsObject);
            else _errors.Invalid("type", schema.Type, EmbeddedIsObject);
        }
        else if (schema.Type.Length == 0 && !schema.XKubernetesIntOrString && schema.XKubernetesPreserveUnknownFields is not true)
        {
            _errors.Required("type", level switch
            {
                Level.Root => "must not be empty at the root",
                Level.Item => "must not be empty for specified array items",
                _ => "must not be empty for specified object fields",
            });
        }

        if (schema.XKubernetesEmbeddedResource && schema.AdditionalProperties is not null)
        {
            _errors.Forbidden("additionalProperties", "must not be used if x-kubernetes-embedded-resource is set");
        }

        if (level == Level.Root && schema.Type.Length > 0 && schema.Type != "object") _errors.Invalid("type", schema.Type, "must be object at the root");
    }

    /// <summary>What a resource has in any case may be restricted but not declared anew.</summary>
    private void Resource(JSONSchemaProps schema, Level level)
    {
        var isResource = level == Level.Root || schema.XKubernetesEmbeddedResource;
        if (isResource)
        {
            IsString(schema, "kind");
            IsString(schema, "apiVersion");
        }

        if (schema.Properties.TryGetValue("metadata", out var metadata))
        {
            using (_errors.In("properties", "metadata"))
            {
                if (isResource && metadata.Type != "object") _errors.Invalid("type", metadata.Type, "must be object");
                if (level == Level.Root && !IsBareMetadata(metadata))
                {
                    _errors.Forbidden(null, "must not specify anything other than name and generateName, but metadata is implicitly specified");
                }
            }
        }

        if (schema.XKubernetesEmbeddedResource && schema.XKubernetesPreserveUnknownFields is not true && schema.Properties.IsEmpty)
        {
            _errors.Required("properties", "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields");
        }
    }

    private void IsString(JSONSchemaProps schema, string name)
    {
        if (!schema.Properties.TryGetValue(name, out var field) || field.Type == "string") return;
        using (_errors.In("properties", name)) _errors.Invalid("type", field.Type, "must be string");
    }

    private static bool IsBareMetadata(JSONSchemaProps metadata)
    {
        var names = metadata.Properties.Keys.All(key => key is "name" or "generateName");
        var rest = metadata with { Type = "", Default = null, ExternalDocs = null, Example = null, Properties = names ? default : metadata.Properties };
        return rest == Nothing;
    }

    private void Rules(JSONSchemaProps schema, bool skipAnyOf, bool skipFirstOfAllOf)
    {
        if (!skipAnyOf) Clauses("anyOf", schema.AnyOf);
        for (var i = 0; i < schema.AllOf.Count; i++)
        {
            using (_errors.In("allOf", i)) Nested(schema.AllOf[i], skipFirstOfAllOf && i == 0);
        }

        Clauses("oneOf", schema.OneOf);
        if (schema.Not is { } not)
        {
            using (_errors.In("not")) Nested(not, false);
        }

        if (schema.Pattern.Length > 0 && !Pattern.TryGet(schema.Pattern, out _, out var error))
        {
            _errors.Invalid("pattern", schema.Pattern, $"must be a valid regular expression, but isn't: {error}");
        }
    }

    private void Clauses(string field, ApiList<JSONSchemaProps> clauses)
    {
        for (var i = 0; i < clauses.Count; i++)
        {
            using (_errors.In(field, i)) Nested(clauses[i], false);
        }
    }

    /// <summary>Checks what stands inside a combination: it may restrict values and nothing else.</summary>
    private void Nested(JSONSchemaProps schema, bool skipAnyOf)
    {
        Rules(schema, skipAnyOf, false);
        if (schema.Items?.Schema is { } items)
        {
            using (_errors.In("items")) Nested(items, false);
        }

        for (var i = 0; i < schema.Properties.Count; i++)
        {
            using (_errors.In("properties", schema.Properties.Keys[i])) Nested(schema.Properties.Values[i], false);
        }

        const string Empty = "must be empty to be structural";
        const string Undefined = "must be undefined to be structural";
        const string False = "must be false to be structural";
        ForbidIf(schema.Type.Length > 0, "type", Empty);
        ForbidIf(schema.AdditionalProperties is not null, "additionalProperties", Undefined);
        ForbidIf(schema.Default is { IsNil: false, IsNull: false }, "default", Undefined);
        ForbidIf(schema.Title.Length > 0, "title", Empty);
        ForbidIf(schema.Description.Length > 0, "description", Empty);
        ForbidIf(schema.Nullable, "nullable", False);
        ForbidIf(schema.XKubernetesPreserveUnknownFields is true, "x-kubernetes-preserve-unknown-fields", False);
        ForbidIf(schema.XKubernetesEmbeddedResource, "x-kubernetes-embedded-resource", False);
        ForbidIf(schema.XKubernetesIntOrString, "x-kubernetes-int-or-string", False);
        ForbidIf(!schema.XKubernetesListMapKeys.IsEmpty, "x-kubernetes-list-map-keys", Empty);
        ForbidIf(schema.XKubernetesListType is not null, "x-kubernetes-list-type", Undefined);
        ForbidIf(schema.XKubernetesMapType is not null, "x-kubernetes-map-type", Undefined);
        ForbidIf(!schema.XKubernetesValidations.IsEmpty, "x-kubernetes-validations", Empty);
        if (!schema.Properties.ContainsKey("metadata")) return;
        using (_errors.In("properties", "metadata")) _errors.Forbidden(null, "must not be specified in a nested context");
    }

    private void ForbidIf(bool condition, string field, string detail)
    {
        if (condition) _errors.Forbidden(field, detail);
    }
}
