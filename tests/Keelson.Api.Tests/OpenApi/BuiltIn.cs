using System.Collections.Concurrent;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Keelson.Api.OpenApi;
using Keelson.Api.Serving;

namespace Keelson.Api.Tests.OpenApi;

/// <summary>The documents of all built-in resources, made and parsed once.</summary>
internal static class BuiltIn
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly ConcurrentDictionary<string, JsonObject> Parsed = new();

    public static IReadOnlyList<ServedResource> Resources { get; } = ServedResource.BuiltIn();

    public static OpenApiDocuments Documents { get; } = new(Resources, "v1.36.0");

    public static JsonObject Version2 => Parsed.GetOrAdd("", _ => Parse(Documents.Version2()));

    /// <summary>The document at a path below /openapi/v3.</summary>
    public static JsonObject Version3(string path) => Parsed.GetOrAdd(path, key => Parse(Documents.Find(key)!));

    public static string PathOf(ServedResource resource) => resource.Group.Length == 0 ? $"api/{resource.Version}" : $"apis/{resource.Group}/{resource.Version}";

    public static JsonObject Parse(OpenApiDocument document) => JsonNode.Parse(document.Content.Span)!.AsObject();

    public static JsonObject Schemas(JsonObject version3) => version3["components"]!["schemas"]!.AsObject();

    /// <summary>Every value below a node, with the name or index that leads to it.</summary>
    public static IEnumerable<(string Name, JsonNode Value)> Walk(JsonNode node)
    {
        var children = node switch
        {
            JsonObject map => map.Where(entry => entry.Value is not null).Select(entry => (entry.Key, entry.Value!)),
            JsonArray list => list.Where(element => element is not null).Select((element, index) => ($"{index}", element!)),
            _ => [],
        };
        foreach (var (name, child) in children)
        {
            yield return (name, child);
            foreach (var below in Walk(child)) yield return below;
        }
    }

    /// <summary>A schema without its descriptions, with sorted keys: what two servers agree on.</summary>
    public static string Shape(JsonNode node) => Strip(node)!.ToJsonString(Relaxed);

    private static JsonNode? Strip(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map
            .Where(entry => entry.Key != "description" || entry.Value is JsonObject)
            .OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .Select(entry => KeyValuePair.Create(entry.Key, entry.Key == "required" && entry.Value is JsonArray names ? Sorted(names) : Strip(entry.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Strip)]),
        null => null,
        _ => node.DeepClone(),
    };

    private static JsonArray Sorted(JsonArray names) => new([.. names.Select(name => name!.GetValue<string>()).Order(StringComparer.Ordinal).Select(name => JsonValue.Create(name))]);
}
