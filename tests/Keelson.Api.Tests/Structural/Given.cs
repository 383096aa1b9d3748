using System.Text;
using Keelson.Api.ApiExtensions.V1;
using Keelson.Api.Json;
using Keelson.Api.Schemas;
using Keelson.Api.Structural;
using Keelson.Api.Validation;
using Keelson.Api.Values;

namespace Keelson.Api.Tests.Structural;

/// <summary>Short ways to write what the tests start from.</summary>
internal static class Given
{
    public static JSONSchemaProps Definition(string json) => ApiJson.Decode<JSONSchemaProps>(Encoding.UTF8.GetBytes(json));

    /// <summary>A schema with one field at spec.x, whose own schema this is.</summary>
    public static string Spec(string field, string more = "") =>
        """{"type":"object","properties":{"spec":{"type":"object","properties":{"x":""" + field + "}" + more + "}}}";

    public static Schema Schema(string json) => StructuralSchema.Parse(Definition(json));

    public static Value Object(string json) => ValueReader.Read(json);

    public static string[] Validate(string schema, string value) => Validate(Schema(schema), Object(value));

    public static string[] Validate(Schema schema, Value value)
    {
        var errors = new FieldErrors();
        SchemaValidator.Validate(value, schema, errors);
        return Texts(errors);
    }

    public static string[] ValidateUpdate(string schema, string old, string value)
    {
        var errors = new FieldErrors();
        SchemaValidator.ValidateUpdate(Object(value), Object(old), Schema(schema), errors);
        return Texts(errors);
    }

    public static string[] CheckDefinition(string schema, bool hasStatus = false)
    {
        var errors = new FieldErrors();
        using (errors.In(FieldPath.Of("spec", "versions").Index(0).Child("schema"))) DefinitionSchemaCheck.Check(Definition(schema), hasStatus, errors);
        return Texts(errors);
    }

    public static (string Value, IReadOnlyList<string> Findings) Prune(string schema, string value, bool isRoot = false)
    {
        var report = new DecodeReport();
        var pruned = Pruner.Prune(Object(value), Schema(schema), isRoot, report);
        return (pruned.ToString(), report.Findings);
    }

    public static string[] Texts(FieldErrors errors) => [.. errors.Select(error => error.ToString())];
}
