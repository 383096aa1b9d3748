using System.Text.Json;
using Keelson.Api.Codecs;
using Keelson.Api.Json;
using Keelson.Api.Protobuf;
using Keelson.Api.Schemas;

namespace Keelson.Api.ApiExtensions.V1;

/// <summary>One schema for all elements, or a list of schemas.</summary>
public sealed record JSONSchemaPropsOrArray : IApiType<JSONSchemaPropsOrArray>
{
    public JSONSchemaProps? Schema { get; init; }

    public ApiList<JSONSchemaProps> JSONSchemas { get; init; }

    public static JSONSchemaPropsOrArray Empty { get; } = new();

    public static Schema TypeSchema { get; } = new(SchemaType.Any)
    {
        Name = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray",
        Description = "One schema for all elements, or a list of schemas.",
        PreserveUnknownFields = true,
    };

    public static JSONSchemaPropsOrArray ReadJson(ref JsonReader reader) => reader.Token switch
    {
        JsonTokenType.StartObject => new() { Schema = JSONSchemaProps.ReadJson(ref reader) },
        JsonTokenType.StartArray => new() { JSONSchemas = ListCodec<JSONSchemaProps, MessageCodec<JSONSchemaProps>>.ReadJson(ref reader) },
        _ => throw reader.Wrong("JSON schema or list of schemas expected"),
    };

    public void WriteJson(JsonWriter writer)
    {
        if (!JSONSchemas.IsEmpty) ListCodec<JSONSchemaProps, MessageCodec<JSONSchemaProps>>.WriteJson(writer, JSONSchemas);
        else if (Schema is { } schema) schema.WriteJson(writer);
        else writer.Null();
    }

    public static JSONSchemaPropsOrArray ReadProtobuf(ref ProtoReader reader)
    {
        JSONSchemaProps? schema = null;
        var schemas = new ApiListBuilder<JSONSchemaProps>();
        while (reader.NextField(out var number))
        {
            switch (number)
            {
                case 1: schema = MessageCodec<JSONSchemaProps>.ReadProtobuf(ref reader); break;
                case 2: schemas.Add(MessageCodec<JSONSchemaProps>.ReadProtobuf(ref reader)); break;
                default: reader.Skip(); break;
            }
        }

        return new() { Schema = schema, JSONSchemas = schemas.Count == 0 ? default : schemas.ToList() };
    }

    public void WriteProtobuf(ProtoWriter writer)
    {
        ListCodec<JSONSchemaProps, MessageCodec<JSONSchemaProps>>.WriteElements(writer, 2, JSONSchemas);
        if (Schema is { } schema) MessageCodec<JSONSchemaProps>.WriteProtobuf(writer, 1, schema);
    }
}
