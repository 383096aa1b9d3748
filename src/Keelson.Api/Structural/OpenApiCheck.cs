using Keelson.Api.ApiExtensions.V1;
using Keelson.Api.Validation;
using Keelson.Api.Values;

namespace Keelson.Api.Structural;

/// <summary>Checks that a schema uses of OpenAPI what definitions may use, and Kubernetes' extensions as they are meant.</summary>
internal sealed class OpenApiCheck(FieldErrors errors)
{
    private static readonly string[] Types = ["array", "boolean", "integer", "number", "object", "string"];
    private static readonly string[] MapTypes = ["atomic", "granular"];
    private static readonly string[] ListTypes = ["atomic", "set", "map"];

    public void Root(JSONSchemaProps schema) => Node(schema, new Context(true, null, false));

    private void Node(JSONSchemaProps schema, Context context)
    {
        Unsupported(schema, context);
        if (schema.UniqueItems) errors.Forbidden("uniqueItems", "uniqueItems cannot be set to true since the runtime complexity becomes quadratic");
        Additional(schema, context);
        for (var i = 0; i < schema.Properties.Count; i++)
        {
            var name = schema.Properties.Keys[i];
            using (errors.In("properties", name)) Node(schema.Properties.Values[i], context.Below(schema, name));
        }

        var inner = context with { IsRoot = false };
        if (schema.Not is { } not)
        {
            using (errors.In("not")) Node(not, inner);
        }

        All("allOf", schema.AllOf, inner);
        All("oneOf", schema.OneOf, inner);
        All("anyOf", schema.AnyOf, inner);
        for (var i = 0; i < schema.Definitions.Count; i++)
        {
            using (errors.In("definitions", schema.Definitions.Keys[i])) Node(schema.Definitions.Values[i], inner);
        }

        if (schema.Items?.Schema is { } items)
        {
            using (errors.In("items")) Node(items, inner);
        }

        All("items", schema.Items?.JSONSchemas ?? default, inner);
        Merging(schema);
        MapKeys(schema);
        SetAndMapItems(schema);
        ExpressionRuleCheck.Check(schema, errors);
    }

    private void All(string field, ApiList<JSONSchemaProps> schemas, Context context)
    {
        for (var i = 0; i < schemas.Count; i++)
        {
            using (errors.In(field, i)) Node(schemas[i], context);
        }
    }

    private void Unsupported(JSONSchemaProps schema, Context context)
    {
        if (schema.Type.Length > 0 && !Types.Contains(schema.Type)) errors.NotSupported("type", schema.Type, Types);
        if (schema.Default is { IsNil: false } && context.NoDefaults is { } reason) errors.Forbidden("default", $"must not be set {reason}");
        ForbidIf(schema.Id.Length > 0, "id");
        ForbidIf(schema.AdditionalItems is not null, "additionalItems");
        ForbidIf(!schema.PatternProperties.IsEmpty, "patternProperties");
        ForbidIf(!schema.Definitions.IsEmpty, "definitions");
        ForbidIf(!schema.Dependencies.IsNil, "dependencies");
        ForbidIf(schema.Ref is not null, "$ref");
        if (schema.Schema.Length > 0) errors.Forbidden("$schema", "$schema is not supported");
        if (schema.Type == "null") errors.Forbidden("type", "type cannot be set to null, use nullable as an alternative");
        if (schema.Items is { JSONSchemas.IsEmpty: false }) errors.Forbidden("items", "items must be a schema object and not an array");
        if (context.InMetadata && schema.XKubernetesEmbeddedResource)
        {
            errors.Forbidden("x-kubernetes-embedded-resource", "must not be used inside of resource meta");
        }

        if (schema.XKubernetesPreserveUnknownFields is false)
        {
            errors.Invalid("x-kubernetes-preserve-unknown-fields", false, "must be true or undefined");
        }
    }

    private void ForbidIf(bool condition, string field)
    {
        if (condition) errors.Forbidden(field, $"{field} is not supported");
    }

    private void Additional(JSONSchemaProps schema, Context context)
    {
        if (schema.AdditionalProperties is not { } additional) return;
        if (!schema.Properties.IsEmpty && (!additional.Allows || additional.Schema is not null))
        {
            errors.Forbidden("additionalProperties", "additionalProperties and properties are mutual exclusive");
        }

        if (additional.Schema is not { } values) return;
        // Which entries would be defaulted can't be known where pruning has not seen them.
        var inner = context with { IsRoot = false };
        if (context.InMetadata) inner = inner with { NoDefaults = "inside additionalProperties applying to object metadata" };
        using (errors.In("additionalProperties")) Node(values, inner);
    }

    private void Merging(JSONSchemaProps schema)
    {
        if (schema.XKubernetesMapType is { } mapType)
        {
            MustBe(schema, "object", "must be object if x-kubernetes-map-type is specified");
            if (!MapTypes.Contains(mapType)) errors.NotSupported("x-kubernetes-map-type", mapType, MapTypes);
        }

        if (schema.XKubernetesListType is not { } listType) return;
        MustBe(schema, "array", "must be array if x-kubernetes-list-type is specified");
        if (schema.Type == "array" && listType == "set" && schema.Items?.Schema is { } items)
        {
            const string Atomic = "must be atomic as item of a list with x-kubernetes-list-type=set";
            using (errors.In("items"))
            {
                if (items.Type == "array" && items.XKubernetesListType is { } inner and not "atomic") errors.Invalid("x-kubernetes-list-type", inner, Atomic);
                // Upstream shows the list type here, which an object does not have.
                if (items.Type == "object" && items.XKubernetesMapType != "atomic") errors.Invalid("x-kubernetes-map-type", Optional(items.XKubernetesListType), Atomic);
            }
        }

        if (!ListTypes.Contains(listType)) errors.NotSupported("x-kubernetes-list-type", listType, ListTypes);
    }

    private void MustBe(JSONSchemaProps schema, string type, string detail)
    {
        if (schema.Type == type) return;
        if (schema.Type.Length == 0) errors.Required("type", detail);
        else errors.Invalid("type", schema.Type, detail);
    }

    private void MapKeys(JSONSchemaProps schema)
    {
        var keys = schema.XKubernetesListMapKeys;
        if (!keys.IsEmpty && schema.XKubernetesListType != "map")
        {
            const string MustBeMap = "must be map if x-kubernetes-list-map-keys is non-empty";
            if (schema.XKubernetesListType is not { } other) errors.Required("x-kubernetes-list-type", MustBeMap);
            else errors.Invalid("x-kubernetes-list-type", other, MustBeMap);
        }

        if (schema.XKubernetesListType != "map") return;
        if (keys.IsEmpty) errors.Required("x-kubernetes-list-map-keys", "must not be empty if x-kubernetes-list-type is map");
        if (schema.Items is null)
        {
            errors.Required("items", "must have a schema if x-kubernetes-list-type is map");
        }
        else if (schema.Items.Schema is not { } items)
        {
            errors.Invalid("items", Value.Null, "must only have a single schema if x-kubernetes-list-type is map");
        }
        else if (items.Type != "object")
        {
            using (errors.In("items")) errors.Invalid("type", items.Type, "must be object if parent array's x-kubernetes-list-type is map");
        }
        else
        {
            MapKeys(keys, items);
        }
    }

    private void MapKeys(ApiList<string> keys, JSONSchemaProps items)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var key in keys)
        {
            if (!items.Properties.TryGetValue(key, out var field))
            {
                errors.Invalid("x-kubernetes-list-map-keys", Shown(keys), "entries must all be names of item properties");
            }
            else if (field.Type is "array" or "object")
            {
                using (errors.In("items"))
                using (errors.In("properties", key))
                {
                    errors.Invalid("type", items.Type, "must be a scalar type if parent array's x-kubernetes-list-type is map");
                }
            }

            if (!seen.Add(key)) errors.Invalid("x-kubernetes-list-map-keys", Shown(keys), "must not contain duplicate entries");
        }
    }

    /// <summary>What identifies an element must always be there.</summary>
    private void SetAndMapItems(JSONSchemaProps schema)
    {
        if (schema.Items?.Schema is not { } items || schema.XKubernetesListType is not ("set" or "map")) return;
        using var scope = errors.In("items");
        if (items.Nullable) errors.Forbidden("nullable", $"cannot be nullable when x-kubernetes-list-type is {schema.XKubernetesListType}");
        if (schema.XKubernetesListType != "map") return;
        foreach (var key in schema.XKubernetesListMapKeys)
        {
            if (!items.Properties.TryGetValue(key, out var field)) continue;
            using (errors.In("properties", key))
            {
                if (!items.Required.Contains(key) && field.Default is not { IsNil: false, IsNull: false })
                {
                    errors.Required("default", "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property");
                }

                if (field.Nullable) errors.Forbidden("nullable", "this property is in x-kubernetes-list-map-keys, so it cannot be nullable");
            }
        }
    }

    private static ListValue Shown(ApiList<string> texts) => ListValue.From(texts.Select(text => (Value)text));

    private static Value Optional(string? text) => text is null ? Value.Null : text;

    /// <summary>Where in a schema a node stands.</summary>
    /// <param name="NoDefaults">Why there must be no default; null where there may.</param>
    /// <param name="InMetadata">Whether the node describes the apiVersion, kind or metadata of a resource.</param>
    private readonly record struct Context(bool IsRoot, string? NoDefaults, bool InMetadata)
    {
        public Context Below(JSONSchemaProps schema, string property)
        {
            var below = this with { IsRoot = false };
            if ((!IsRoot && !schema.XKubernetesEmbeddedResource) || property is not ("metadata" or "kind" or "apiVersion")) return below;
            below = below with { InMetadata = true };
            return IsRoot ? below with { NoDefaults = $"in top-level {property}" } : below;
        }
    }
}
