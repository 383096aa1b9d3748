using System.Text.Json;
using Keelson.Api.Json;

namespace Keelson.Api;

/// <summary>What a document says it is: its apiVersion and kind, empty where it says nothing.</summary>
public readonly record struct TypeMeta(string ApiVersion, string Kind)
{
    /// <summary>The group, version and kind; null where the apiVersion makes no sense.</summary>
    public GroupVersionKind? GroupVersionKind => Api.GroupVersionKind.Parse(ApiVersion, Kind);

    /// <summary>Reads apiVersion and kind from the top of a JSON document, of which the rest may be anything.</summary>
    /// <exception cref="ApiFormatException">The document is not JSON.</exception>
    public static TypeMeta Peek(ReadOnlySpan<byte> json)
    {
        try
        {
            return Read(json);
        }
        catch (JsonException broken)
        {
            throw ApiJson.Broken(json, broken);
        }
        catch (InvalidOperationException invalid)
        {
            throw new ApiFormatException("invalid UTF-8 in a string", invalid);
        }
    }

    private static TypeMeta Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = JsonReader.MaxDepth });
        var (apiVersion, kind) = ("", "");
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return new TypeMeta("", "");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isVersion = reader.ValueTextEquals("apiVersion"u8);
            var isKind = reader.ValueTextEquals("kind"u8);
            reader.Read();
            if (reader.TokenType == JsonTokenType.String && isVersion) apiVersion = reader.GetString()!;
            else if (reader.TokenType == JsonTokenType.String && isKind) kind = reader.GetString()!;
            else reader.Skip();
        }

        return new TypeMeta(apiVersion, kind);
    }
}
