using System.Globalization;
using Keelson.Api.Json;

namespace Keelson.Api.OpenApi;

/// <summary>The parts of documents that both dialects write alike.</summary>
internal static class DocumentParts
{
    public static void Info(JsonWriter json, string version)
    {
        json.Name("info");
        json.BeginObject();
        json.Name("title");
        json.String("Kubernetes");
        json.Name("version");
        json.String(version);
        json.EndObject();
    }

    public static void Security(JsonWriter json, string name)
    {
        json.Name(name);
        json.BeginObject();
        json.Name("BearerToken");
        json.BeginObject();
        json.Name("description");
        json.String("A bearer token in the Authorization header");
        json.Name("in");
        json.String("header");
        json.Name("name");
        json.String("authorization");
        json.Name("type");
        json.String("apiKey");
        json.EndObject();
        json.EndObject();
    }

    public static void Heading(JsonWriter json, Operation operation)
    {
        json.Name("description");
        json.String(operation.Description);
        json.Name("operationId");
        json.String(operation.Id);
    }

    public static void Ending(JsonWriter json, Operation operation)
    {
        Texts(json, "tags", [operation.Tag]);
        if (operation.Action is { } action)
        {
            json.Name("x-kubernetes-action");
            json.String(action);
        }

        if (operation.Kind is { } kind)
        {
            json.Name("x-kubernetes-group-version-kind");
            KindWriter.Write(json, kind);
        }
    }

    /// <summary>A response up to its schema; the caller closes it.</summary>
    public static void BeginResponse(JsonWriter json, Response response)
    {
        json.Name(response.Code.ToString(CultureInfo.InvariantCulture));
        json.BeginObject();
        json.Name("description");
        json.String(response.Description);
    }

    /// <summary>A parameter up to its type; the caller closes it.</summary>
    public static void BeginParameter(JsonWriter json, Parameter parameter)
    {
        json.BeginObject();
        json.Name("description");
        json.String(parameter.Description);
        json.Name("in");
        json.String(parameter.Place);
        json.Name("name");
        json.String(parameter.Name);
        if (!parameter.IsInPath) return;
        json.Name("required");
        json.Boolean(true);
    }

    public static void ParameterType(JsonWriter json, Parameter parameter)
    {
        json.Name("type");
        json.String(parameter.Type);
        json.Name("uniqueItems");
        json.Boolean(true);
    }

    public static void Texts(JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.Name(name);
        json.BeginList();
        foreach (var value in values) json.String(value);
        json.EndList();
    }
}
