using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Keelson.Api.Json;

namespace Keelson.Api.OpenApi;

/// <summary>Writes the one document of OpenAPI 2 that tells of everything.</summary>
internal sealed class Version2Writer
{
    private static readonly string[] Schemes = ["https"];

    private readonly JsonWriter _json;
    private readonly SchemaWriter _schemas;
    private readonly DocumentContent _content;

    /// <summary>Parameters that many operations have, by the name under which the document defines them once.</summary>
    private readonly SortedDictionary<string, Parameter> _shared = new(StringComparer.Ordinal);
    private readonly Dictionary<Parameter, string> _references = new(ReferenceEqualityComparer.Instance);

    private Version2Writer(JsonWriter json, DocumentContent content)
    {
        _json = json;
        _content = content;
        _schemas = new SchemaWriter(json, Dialect.Version2) { MoreKinds = content.MoreKinds };
    }

    public static byte[] Write(DocumentContent content, string version)
    {
        using var json = new JsonWriter();
        new Version2Writer(json, content).Document(version);
        return json.ToArray();
    }

    private void Document(string version)
    {
        _json.BeginObject();
        _json.Name("swagger");
        _json.String("2.0");
        DocumentParts.Info(_json, version);
        _json.Name("paths");
        _json.BeginObject();
        foreach (var path in _content.Paths)
        {
            _json.Name(path.Path);
            Path(path);
        }

        _json.EndObject();
        _json.Name("definitions");
        _json.BeginObject();
        foreach (var (name, schema) in _content.Definitions.ByName)
        {
            _json.Name(name);
            _schemas.Definition(schema, _content.IsCustom(schema));
        }

        _json.EndObject();
        _json.Name("parameters");
        _json.BeginObject();
        foreach (var (name, parameter) in _shared)
        {
            _json.Name(name);
            Definition(parameter);
        }

        _json.EndObject();
        DocumentParts.Security(_json, "securityDefinitions");
        _json.Name("security");
        _json.BeginList();
        _json.BeginObject();
        DocumentParts.Texts(_json, "BearerToken", []);
        _json.EndObject();
        _json.EndList();
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

        if (path.Parameters.Count > 0)
        {
            _json.Name("parameters");
            _json.BeginList();
            foreach (var parameter in path.Parameters) Parameter(parameter);
            _json.EndList();
        }

        _json.EndObject();
    }

    private void Operation(Operation operation)
    {
        _json.BeginObject();
        DocumentParts.Heading(_json, operation);
        DocumentParts.Texts(_json, "consumes", operation.Consumes);
        DocumentParts.Texts(_json, "produces", operation.Produces);
        DocumentParts.Texts(_json, "schemes", Schemes);
        if (operation.Parameters.Count > 0 || operation.Body is not null)
        {
            _json.Name("parameters");
            _json.BeginList();
            Body(operation);
            foreach (var parameter in operation.Parameters) Parameter(parameter);
            _json.EndList();
        }

        _json.Name("responses");
        _json.BeginObject();
        foreach (var response in operation.Responses)
        {
            DocumentParts.BeginResponse(_json, response);
            if (response.Schema is { } schema)
            {
                _json.Name("schema");
                _schemas.Reference(schema);
            }

            _json.EndObject();
        }

        _json.EndObject();
        DocumentParts.Ending(_json, operation);
        _json.EndObject();
    }

    private void Body(Operation operation)
    {
        if (operation.Body is not { } body) return;
        _json.BeginObject();
        _json.Name("in");
        _json.String("body");
        _json.Name("name");
        _json.String("body");
        if (operation.BodyRequired)
        {
            _json.Name("required");
            _json.Boolean(true);
        }

        _json.Name("schema");
        _schemas.Reference(body);
        _json.EndObject();
    }

    // kubectl looks for dryRun and fieldValidation in operations themselves, so these two are not shared.
    private void Parameter(Parameter parameter)
    {
        if (parameter.Name is "dryRun" or "fieldValidation" || parameter is { Name: "name", IsInPath: true })
        {
            Definition(parameter);
            return;
        }

        if (!_references.TryGetValue(parameter, out var name))
        {
            var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{parameter.Place}/{parameter.Type}/{parameter.Description}"));
            name = $"{parameter.Name}-{Base64Url.EncodeToString(hash.AsSpan(0, 6))}";
            _references.Add(parameter, name);
            _shared[name] = parameter;
        }

        _json.BeginObject();
        _json.Name("$ref");
        _json.String("#/parameters/" + name);
        _json.EndObject();
    }

    private void Definition(Parameter parameter)
    {
        DocumentParts.BeginParameter(_json, parameter);
        DocumentParts.ParameterType(_json, parameter);
        _json.EndObject();
    }
}
