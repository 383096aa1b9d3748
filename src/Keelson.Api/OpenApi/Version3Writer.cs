using Keelson.Api.Json;
using Keelson.Api.Schemas;

namespace Keelson.Api.OpenApi;

/// <summary>Writes a document of OpenAPI 3.</summary>
internal sealed class Version3Writer
{
    private readonly JsonWriter _json;
    private readonly SchemaWriter _schemas;
    private readonly DocumentContent _content;

    private Version3Writer(JsonWriter json, DocumentContent content)
    {
        _json = json;
        _content = content;
        _schemas = new SchemaWriter(json, Dialect.Version3) { MoreKinds = content.MoreKinds };
    }

    public static byte[] Write(DocumentContent content, string version)
    {
        using var json = new JsonWriter();
        new Version3Writer(json, content).Document(version);
        return json.ToArray();
    }

    private void Document(string version)
    {
        _json.BeginObject();
        _json.Name("openapi");
        _json.String("3.0.0");
        DocumentParts.Info(_json, version);
        _json.Name("paths");
        _json.BeginObject();
        foreach (var path in _content.Paths)
        {
            _json.Name(path.Path);
            Path(path);
        }

        _json.EndObject();
        _json.Name("components");
        _json.BeginObject();
        _json.Name("schemas");
        _json.BeginObject();
        foreach (var (name, schema) in _content.Definitions.ByName)
        {
            _json.Name(name);
            _schemas.Definition(schema, _content.IsCustom(schema));
        }

        _json.EndObject();
        DocumentParts.Security(_json, "securitySchemes");
        _json.EndObject();
        _json.EndObject();
    }

    private void Path(PathItem path)
    {
        _json.BeginObject();
        foreach (var operation in path.Operations)
        {
            _json.Name(operation.Method);
            Operation(operation);
        }

        Parameters(path.Parameters);
        _json.EndObject();
    }

    private void Operation(Operation operation)
    {
        _json.BeginObject();
        DocumentParts.Heading(_json, operation);
        Parameters(operation.Parameters);
        if (operation.Body is { } body)
        {
            _json.Name("requestBody");
            _json.BeginObject();
            Content(operation.Consumes, body);
            if (operation.BodyRequired)
            {
                _json.Name("required");
                _json.Boolean(true);
            }

            _json.EndObject();
        }

        _json.Name("responses");
        _json.BeginObject();
        foreach (var response in operation.Responses)
        {
            DocumentParts.BeginResponse(_json, response);
            if (response.Schema is { } schema) Content(operation.Produces, schema);
            _json.EndObject();
        }

        _json.EndObject();
        DocumentParts.Ending(_json, operation);
        _json.EndObject();
    }

    private void Content(IReadOnlyList<string> types, Schema schema)
    {
        _json.Name("content");
        _json.BeginObject();
        foreach (var type in types)
        {
            _json.Name(type);
            _json.BeginObject();
            _json.Name("schema");
            _schemas.Reference(schema);
            _json.EndObject();
        }

        _json.EndObject();
    }

    private void Parameters(IReadOnlyList<Parameter> parameters)
    {
        if (parameters.Count == 0) return;
        _json.Name("parameters");
        _json.BeginList();
        foreach (var parameter in parameters)
        {
            DocumentParts.BeginParameter(_json, parameter);
            _json.Name("schema");
            _json.BeginObject();
            DocumentParts.ParameterType(_json, parameter);
            _json.EndObject();
            _json.EndObject();
        }

        _json.EndList();
    }
}
