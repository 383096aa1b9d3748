using Keelson.Api.Json;
using Keelson.Api.Protobuf;

namespace Keelson.Api.Codecs;

/// <summary>A declared type inside another one.</summary>
internal readonly struct MessageCodec<T> : IValueCodec<T>
    where T : class, IApiType<T>
{
    public static T Zero => T.Empty;

    public static T ReadJson(ref JsonReader reader) => reader.IsNull ? T.Empty : T.ReadJson(ref reader);

    public static void WriteJson(JsonWriter writer, T value) => value.WriteJson(writer);

    public static T ReadProtobuf(ref ProtoReader reader)
    {
        var outer = reader.BeginMessage();
        var value = T.ReadProtobuf(ref reader);
        reader.EndMessage(outer);
        return value;
    }

    public static void WriteProtobuf(ProtoWriter writer, int number, T value)
    {
        var before = writer.Length;
        value.WriteProtobuf(writer);
        writer.EndMessage(number, before);
    }
}
