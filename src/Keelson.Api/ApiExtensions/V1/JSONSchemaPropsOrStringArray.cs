using System.Text.Json;
using Keelson.Api.Codecs;
using Keelson.Api.Json;
using Keelson.Api.Protobuf;
using Keelson.Api.Schemas;

namespace Keelson.Api.ApiExtensions.V1;

/// <summary>A schema, or the names of properties that must be given too.</summary>
public sealed record JSONSchemaPropsOrStringArray : IApiType<JSONSchemaPropsOrStringArray>
{
    public JSONSchemaProps? Schema { get; init; }

    public ApiList<string> Property { get; init; }

    public static JSONSchemaPropsOrStringArray Empty { get; } = new();

    public static Schema TypeSchema { get; } = new(SchemaType.Any)
    {
        Name = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray",
        Description = "A schema, or the names of properties that must be given too.",
        PreserveUnknownFields = true,
    };

    public static JSONSchemaPropsOrStringArray ReadJson(ref JsonReader reader) => reader.Token switch
    {
        JsonTokenType.StartObject => new() { Schema = JSONSchemaProps.ReadJson(ref reader) },
        JsonTokenType.StartArray => new() { Property = ListCodec<string, StringCodec>.ReadJson(ref reader) },
        _ => throw reader.Wrong("JSON schema or list of names expected"),
    };

    public void WriteJson(JsonWriter writer)
    {
        if (!Property.IsEmpty) ListCodec<string, StringCodec>.WriteJson(writer, Property);
        else if (Schema is { } schema) schema.WriteJson(writer);
        else writer.Null();
    }

    public static JSONSchemaPropsOrStringArray ReadProtobuf(ref ProtoReader reader)
    {
        JSONSchemaProps? schema = null;
        var names = new ApiListBuilder<string>();
        while (reader.NextField(out var number))
        {
            switch (number)
            {
                case 1: schema = MessageCodec<JSONSchemaProps>.ReadProtobuf(ref reader); break;
                case 2: names.Add(reader.String()); break;
                default: reader.Skip(); break;
            }
        }

        return new() { Schema = schema, Property = names.Count == 0 ? default : names.ToList() };
    }

    public void WriteProtobuf(ProtoWriter writer)
    {
        ListCodec<string, StringCodec>.WriteElements(writer, 2, Property);
        if (Schema is { } schema) MessageCodec<JSONSchemaProps>.WriteProtobuf(writer, 1, schema);
    }
}
