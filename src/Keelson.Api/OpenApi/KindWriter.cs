using Keelson.Api.Json;

namespace Keelson.Api.OpenApi;

/// <summary>Writes a group, version and kind as the documents name them.</summary>
internal static class KindWriter
{
    public static void Write(JsonWriter json, GroupVersionKind kind)
    {
        json.BeginObject();
        json.Name("group");
        json.String(kind.Group);
        json.Name("kind");
        json.String(kind.Kind);
        json.Name("version");
        json.String(kind.Version);
        json.EndObject();
    }
}
