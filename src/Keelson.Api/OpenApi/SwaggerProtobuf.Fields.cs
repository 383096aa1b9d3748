using System.Text.Json;
using Keelson.Api.Protobuf;

namespace Keelson.Api.OpenApi;

/// <content>How JSON's values become fields.</content>
internal static partial class SwaggerProtobuf
{
    private delegate void Content(ProtoWriter writer, JsonElement value);

    private static void Nested(ProtoWriter writer, int number, JsonElement value, Content content)
    {
        var before = writer.Length;
        content(writer, value);
        writer.EndMessage(number, before);
    }

    private static void Message(ProtoWriter writer, int number, JsonElement parent, string name, Content content)
    {
        if (parent.TryGetProperty(name, out var value)) Nested(writer, number, value, content);
    }

    private static void Each(ProtoWriter writer, int number, JsonElement parent, string name, Content content)
    {
        if (!parent.TryGetProperty(name, out var list)) return;
        for (var index = list.GetArrayLength() - 1; index >= 0; index--) Nested(writer, number, list[index], content);
    }

    /// <summary>A map as a list of messages with a name and a value.</summary>
    private static void Named(ProtoWriter writer, int number, JsonElement map, int valueNumber, Content content)
    {
        foreach (var entry in map.EnumerateObject().Reverse())
        {
            var before = writer.Length;
            Nested(writer, valueNumber, entry.Value, content);
            writer.String(1, entry.Name);
            writer.EndMessage(number, before);
        }
    }

    private static void Extensions(ProtoWriter writer, int number, JsonElement parent)
    {
        foreach (var entry in parent.EnumerateObject().Where(entry => entry.Name.StartsWith("x-", StringComparison.Ordinal)).Reverse())
        {
            var before = writer.Length;
            Nested(writer, 2, entry.Value, Any);
            writer.String(1, entry.Name);
            writer.EndMessage(number, before);
        }
    }

    private static void Any(ProtoWriter writer, JsonElement value) => writer.String(2, value.GetRawText() + "\n");

    private static void Text(ProtoWriter writer, int number, JsonElement parent, string name)
    {
        if (parent.TryGetProperty(name, out var value) && value.GetString() is { Length: > 0 } text) writer.String(number, text);
    }

    private static void Texts(ProtoWriter writer, int number, JsonElement parent, string name)
    {
        if (parent.TryGetProperty(name, out var list)) Texts(writer, number, list);
    }

    private static void Texts(ProtoWriter writer, int number, JsonElement list)
    {
        for (var index = list.GetArrayLength() - 1; index >= 0; index--) writer.String(number, list[index].GetString()!);
    }

    private static void Flag(ProtoWriter writer, int number, JsonElement parent, string name)
    {
        if (parent.TryGetProperty(name, out var value) && value.GetBoolean()) writer.Varint(number, 1);
    }

    private static void Integer(ProtoWriter writer, int number, JsonElement parent, string name)
    {
        if (parent.TryGetProperty(name, out var value) && value.GetInt64() is not 0 and var count) writer.Varint(number, (ulong)count);
    }

    private static void Number(ProtoWriter writer, int number, JsonElement parent, string name)
    {
        if (parent.TryGetProperty(name, out var value) && value.GetDouble() is not 0 and var quantity) writer.Double(number, quantity);
    }
}
