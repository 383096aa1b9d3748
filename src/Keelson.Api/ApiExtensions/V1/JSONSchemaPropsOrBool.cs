using System.Text.Json;
using Keelson.Api.Codecs;
using Keelson.Api.Json;
using Keelson.Api.Protobuf;
using Keelson.Api.Schemas;

namespace Keelson.Api.ApiExtensions.V1;

/// <summary>A schema, or true or false for anything or nothing.</summary>
public sealed record JSONSchemaPropsOrBool : IApiType<JSONSchemaPropsOrBool>
{
    /// <summary>Whether anything is allowed, where no schema is given.</summary>
    public bool Allows { get; init; }

    public JSONSchemaProps? Schema { get; init; }

    public static JSONSchemaPropsOrBool Empty { get; } = new();

    public static Schema TypeSchema { get; } = new(SchemaType.Any)
    {
        Name = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool",
        Description = "A schema, or true or false for anything or nothing.",
        PreserveUnknownFields = true,
    };

    public static JSONSchemaPropsOrBool ReadJson(ref JsonReader reader) => reader.Token switch
    {
        JsonTokenType.StartObject => new() { Allows = true, Schema = JSONSchemaProps.ReadJson(ref reader) },
        JsonTokenType.True or JsonTokenType.False => new() { Allows = reader.Boolean() },
        _ => throw reader.Wrong("boolean or JSON schema expected"),
    };

    public void WriteJson(JsonWriter writer)
    {
        if (Schema is { } schema) schema.WriteJson(writer);
        else writer.Boolean(Allows);
    }

    public static JSONSchemaPropsOrBool ReadProtobuf(ref ProtoReader reader)
    {
        var (allows, schema) = (false, default(JSONSchemaProps));
        while (reader.NextField(out var number))
        {
            switch (number)
            {
                case 1: allows = BooleanCodec.ReadProtobuf(ref reader); break;
                case 2: schema = MessageCodec<JSONSchemaProps>.ReadProtobuf(ref reader); break;
                default: reader.Skip(); break;
            }
        }

        return new() { Allows = allows, Schema = schema };
    }

    public void WriteProtobuf(ProtoWriter writer)
    {
        if (Schema is { } schema) MessageCodec<JSONSchemaProps>.WriteProtobuf(writer, 2, schema);
        BooleanCodec.WriteProtobuf(writer, 1, Allows);
    }
}
