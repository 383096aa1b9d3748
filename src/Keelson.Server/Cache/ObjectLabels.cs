using System.Text.Json;
using Keelson.Api;

namespace Keelson.Server.Cache;

/// <summary>Reads the labels out of an object's JSON and passes over the rest.</summary>
internal sealed class ObjectLabels
{
    private static readonly ObjectLabels None = new(default);

    private ObjectLabels(ApiMap<string> labels) => Labels = labels;

    public ApiMap<string> Labels { get; }

    /// <param name="place">Just after the brace that opens the metadata.</param>
    public static ObjectLabels Read(ReadOnlySpan<byte> json, int place)
    {
        var reader = new Utf8JsonReader(json[(place - 1)..], isFinalBlock: false, default);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals("labels"u8);
            reader.Read();
            if (found) return reader.TokenType == JsonTokenType.StartObject ? ReadMap(ref reader) : None;
            if (!reader.TrySkip()) break;
        }

        return None;
    }

    /// <summary>Whether the metadata has a member.</summary>
    public static bool HasMember(ReadOnlySpan<byte> json, int place, ReadOnlySpan<byte> name)
    {
        var reader = new Utf8JsonReader(json[(place - 1)..], isFinalBlock: false, default);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals(name)) return true;
            if (!reader.Read() || !reader.TrySkip()) break;
        }

        return false;
    }

    private static ObjectLabels ReadMap(ref Utf8JsonReader reader)
    {
        var labels = new ApiMapBuilder<string>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            reader.Read();
            labels.Add(key, reader.GetString() ?? "");
        }

        return new ObjectLabels(labels.ToMap());
    }
}
