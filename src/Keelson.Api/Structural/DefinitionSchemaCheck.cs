using Keelson.Api.ApiExtensions.V1;
using Keelson.Api.Validation;
using Keelson.Api.Values;

namespace Keelson.Api.Structural;

/// <summary>Checks the schema of a custom resource's definition, with upstream's messages.</summary>
public static class DefinitionSchemaCheck
{
    private static readonly string AllowedAtRoot =
        "only [Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength Pattern MaxItems MinItems "
        + "UniqueItems MultipleOf Required Items Properties ExternalDocs Example XPreserveUnknownFields XValidations] fields are allowed at the root "
        + "of the schema if the status subresource is enabled";

    private static readonly string TooDeep = $"must not nest deeper than {StructuralSchema.MaximumDepth} levels";

    /// <summary>Checks everything that a new definition must keep to, short of compiling its expressions.</summary>
    /// <param name="hasStatus">Whether the version has a status subresource, whose schema must be separable from the rest.</param>
    /// <param name="errors">The place of the errors is what holds openAPIV3Schema.</param>
    public static void Check(JSONSchemaProps schema, bool hasStatus, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(errors);
        if (!IsShallow(schema, StructuralSchema.MaximumDepth))
        {
            errors.Forbidden("openAPIV3Schema", TooDeep);
            return;
        }

        if (hasStatus) CheckRootWithStatus(schema, errors);
        if (schema.Nullable) errors.Forbidden("openAPIV3Schema.nullable", "nullable cannot be true at the root");
        using var scope = errors.In("openAPIV3Schema");
        var total = errors.Total;
        StructuralCheck.Check(schema, errors);
        if (errors.Total == total) DefaultCheck.Check(schema, errors);
        new OpenApiCheck(errors).Root(schema);
    }

    /// <summary>Whether a schema is structural; if not, the errors say why, as the condition NonStructuralSchema does.</summary>
    public static bool IsStructural(JSONSchemaProps schema, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(errors);
        var total = errors.Total;
        using var scope = errors.In("openAPIV3Schema");
        if (!IsShallow(schema, StructuralSchema.MaximumDepth)) errors.Forbidden(null, TooDeep);
        else StructuralCheck.Check(schema, errors);
        return errors.Total == total;
    }

    private static void CheckRootWithStatus(JSONSchemaProps schema, FieldErrors errors)
    {
        if (schema.Type.Length > 0 && schema.Type != "object")
        {
            errors.Invalid("openAPIV3Schema.type", schema.Type, "only \"object\" is allowed as the type at the root of the schema if the status subresource is enabled");
        }

        var allowed = new JSONSchemaProps
        {
            Description = schema.Description,
            Type = schema.Type,
            Format = schema.Format,
            Title = schema.Title,
            Maximum = schema.Maximum,
            ExclusiveMaximum = schema.ExclusiveMaximum,
            Minimum = schema.Minimum,
            ExclusiveMinimum = schema.ExclusiveMinimum,
            MaxLength = schema.MaxLength,
            MinLength = schema.MinLength,
            Pattern = schema.Pattern,
            MaxItems = schema.MaxItems,
            MinItems = schema.MinItems,
            UniqueItems = schema.UniqueItems,
            MultipleOf = schema.MultipleOf,
            Required = schema.Required,
            Items = schema.Items,
            Properties = schema.Properties,
            ExternalDocs = schema.ExternalDocs,
            Example = schema.Example,
            XKubernetesPreserveUnknownFields = schema.XKubernetesPreserveUnknownFields,
            XKubernetesValidations = schema.XKubernetesValidations,
        };
        if (allowed != schema) errors.Invalid("openAPIV3Schema", JsonOf(schema), AllowedAtRoot);
    }

    internal static Value JsonOf(JSONSchemaProps schema)
    {
        using var writer = new Json.JsonWriter();
        schema.WriteJson(writer);
        return ValueReader.Read(writer.Written);
    }

    private static bool IsShallow(JSONSchemaProps? schema, int levels)
    {
        if (schema is null) return true;
        if (levels == 0) return false;
        return IsShallow(schema.Items?.Schema, levels - 1)
            && IsShallow(schema.AdditionalProperties?.Schema, levels - 1)
            && IsShallow(schema.AdditionalItems?.Schema, levels - 1)
            && IsShallow(schema.Not, levels - 1)
            && AreShallow(schema.Items?.JSONSchemas ?? default, levels)
            && AreShallow(schema.AllOf, levels)
            && AreShallow(schema.AnyOf, levels)
            && AreShallow(schema.OneOf, levels)
            && AreShallow(schema.Properties.Values, levels)
            && AreShallow(schema.PatternProperties.Values, levels)
            && AreShallow(schema.Definitions.Values, levels)
            && schema.Dependencies.Values.All(dependency => IsShallow(dependency.Schema, levels - 1));
    }

    private static bool AreShallow(ApiList<JSONSchemaProps> schemas, int levels)
    {
        foreach (var schema in schemas)
        {
            if (!IsShallow(schema, levels - 1)) return false;
        }

        return true;
    }
}
