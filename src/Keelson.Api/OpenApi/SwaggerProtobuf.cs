using System.Text.Json;
using Keelson.Api.Protobuf;

namespace Keelson.Api.OpenApi;

/// <summary>
/// Writes a document of OpenAPI 2 as the protobuf message openapi.v2.Document, which kubectl and other clients in Go read.
/// </summary>
/// <remarks>
/// The message mirrors the JSON, with maps as lists of name and value, and with what has no fixed form, such as extensions and
/// enumerations, as YAML text: JSON is YAML. It is filled from its end, so every writer gives its fields last first.
/// </remarks>
internal static partial class SwaggerProtobuf
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 1024 };

    public static byte[] Convert(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json, Options);
        using var writer = new ProtoWriter();
        Document(writer, document.RootElement);
        return writer.ToArray();
    }

    private static void Document(ProtoWriter writer, JsonElement document)
    {
        Message(writer, 13, document, "securityDefinitions", SecurityDefinitions);
        Each(writer, 12, document, "security", SecurityRequirement);
        Message(writer, 10, document, "parameters", (to, map) => Named(to, 1, map, 2, Parameter));
        Message(writer, 9, document, "definitions", (to, map) => Named(to, 1, map, 2, Schema));
        Message(writer, 8, document, "paths", (to, map) => Named(to, 2, map, 2, PathItem));
        Message(writer, 2, document, "info", Info);
        Text(writer, 1, document, "swagger");
    }

    private static void Info(ProtoWriter writer, JsonElement info)
    {
        Text(writer, 2, info, "version");
        Text(writer, 1, info, "title");
    }

    private static void SecurityDefinitions(ProtoWriter writer, JsonElement map) =>
        Named(writer, 1, map, 2, (to, definition) => Nested(to, 2, definition, ApiKey));

    private static void ApiKey(ProtoWriter writer, JsonElement key)
    {
        Text(writer, 4, key, "description");
        Text(writer, 3, key, "in");
        Text(writer, 2, key, "name");
        Text(writer, 1, key, "type");
    }

    private static void SecurityRequirement(ProtoWriter writer, JsonElement map) => Named(writer, 1, map, 2, (to, names) => Texts(to, 1, names));

    private static void PathItem(ProtoWriter writer, JsonElement path)
    {
        Each(writer, 9, path, "parameters", ParameterOrReference);
        Message(writer, 8, path, "patch", Operation);
        Message(writer, 7, path, "head", Operation);
        Message(writer, 6, path, "options", Operation);
        Message(writer, 5, path, "delete", Operation);
        Message(writer, 4, path, "post", Operation);
        Message(writer, 3, path, "put", Operation);
        Message(writer, 2, path, "get", Operation);
    }

    private static void Operation(ProtoWriter writer, JsonElement operation)
    {
        Extensions(writer, 13, operation);
        Texts(writer, 10, operation, "schemes");
        Message(writer, 9, operation, "responses", (to, map) => Named(to, 1, map, 2, (value, response) => Nested(value, 1, response, Response)));
        Each(writer, 8, operation, "parameters", ParameterOrReference);
        Texts(writer, 7, operation, "consumes");
        Texts(writer, 6, operation, "produces");
        Text(writer, 5, operation, "operationId");
        Text(writer, 3, operation, "description");
        Texts(writer, 1, operation, "tags");
    }

    private static void Response(ProtoWriter writer, JsonElement response)
    {
        Message(writer, 2, response, "schema", (to, schema) => Nested(to, 1, schema, Schema));
        Text(writer, 1, response, "description");
    }

    private static void ParameterOrReference(ProtoWriter writer, JsonElement parameter)
    {
        if (parameter.TryGetProperty("$ref", out _)) Nested(writer, 2, parameter, (to, reference) => Text(to, 1, reference, "$ref"));
        else Nested(writer, 1, parameter, Parameter);
    }

    private static void Parameter(ProtoWriter writer, JsonElement parameter)
    {
        switch (parameter.GetProperty("in").GetString())
        {
            case "body": Nested(writer, 1, parameter, Body); break;
            case "query": Nested(writer, 2, parameter, (to, value) => Nested(to, 3, value, Query)); break;
            default: Nested(writer, 2, parameter, (to, value) => Nested(to, 4, value, PathParameter)); break;
        }
    }

    private static void Body(ProtoWriter writer, JsonElement parameter)
    {
        Message(writer, 5, parameter, "schema", Schema);
        Flag(writer, 4, parameter, "required");
        Text(writer, 3, parameter, "in");
        Text(writer, 2, parameter, "name");
        Text(writer, 1, parameter, "description");
    }

    private static void Query(ProtoWriter writer, JsonElement parameter)
    {
        Flag(writer, 20, parameter, "uniqueItems");
        Text(writer, 6, parameter, "type");
        Heading(writer, parameter);
    }

    private static void PathParameter(ProtoWriter writer, JsonElement parameter)
    {
        Flag(writer, 19, parameter, "uniqueItems");
        Text(writer, 5, parameter, "type");
        Heading(writer, parameter);
    }

    private static void Heading(ProtoWriter writer, JsonElement parameter)
    {
        Text(writer, 4, parameter, "name");
        Text(writer, 3, parameter, "description");
        Text(writer, 2, parameter, "in");
        Flag(writer, 1, parameter, "required");
    }

    private static void Schema(ProtoWriter writer, JsonElement schema)
    {
        Extensions(writer, 31, schema);
        Message(writer, 25, schema, "properties", (to, map) => Named(to, 1, map, 2, Schema));
        Message(writer, 23, schema, "items", (to, items) => Nested(to, 1, items, Schema));
        if (schema.TryGetProperty("type", out var type)) Nested(writer, 22, type, (to, value) => to.String(1, value.GetString()!));
        Message(writer, 21, schema, "additionalProperties", (to, values) => Nested(to, 1, values, Schema));
        Each(writer, 20, schema, "enum", Any);
        Texts(writer, 19, schema, "required");
        Integer(writer, 18, schema, "minProperties");
        Integer(writer, 17, schema, "maxProperties");
        Flag(writer, 16, schema, "uniqueItems");
        Integer(writer, 15, schema, "minItems");
        Integer(writer, 14, schema, "maxItems");
        Text(writer, 13, schema, "pattern");
        Integer(writer, 12, schema, "minLength");
        Integer(writer, 11, schema, "maxLength");
        Flag(writer, 10, schema, "exclusiveMinimum");
        Number(writer, 9, schema, "minimum");
        Flag(writer, 8, schema, "exclusiveMaximum");
        Number(writer, 7, schema, "maximum");
        Number(writer, 6, schema, "multipleOf");
        Text(writer, 4, schema, "description");
        Text(writer, 2, schema, "format");
        Text(writer, 1, schema, "$ref");
    }
}
