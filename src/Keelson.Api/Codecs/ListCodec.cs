using System.Text.Json;
using Keelson.Api.Json;
using Keelson.Api.Protobuf;

namespace Keelson.Api.Codecs;

/// <summary>A list of what <typeparamref name="TCodec"/> reads and writes.</summary>
/// <remarks>
/// Protobuf has the elements one by one as repeated fields, which the generated reader collects; as a
/// value of its own (in a map, or where it is declared so) a list is a message with its elements as field 1.
/// </remarks>
internal readonly struct ListCodec<T, TCodec> : IValueCodec<ApiList<T>>
    where TCodec : struct, IValueCodec<T>
{
    public static ApiList<T> ReadJson(ref JsonReader reader)
    {
        if (reader.IsNull) return default;
        if (reader.Token != JsonTokenType.StartArray) throw reader.TypeError(GoTypeName.Of(typeof(ApiList<T>)));
        var list = new ApiListBuilder<T>();
        while (reader.Read() && reader.Token != JsonTokenType.EndArray) list.Add(TCodec.ReadJson(ref reader));
        return list.Count == 0 ? ApiList<T>.Empty : list.ToList();
    }

    public static void WriteJson(JsonWriter writer, ApiList<T> value)
    {
        if (value.IsNil)
        {
            writer.Null();
            return;
        }

        writer.BeginList();
        foreach (var item in value) TCodec.WriteJson(writer, item);
        writer.EndList();
    }

    public static ApiList<T> ReadProtobuf(ref ProtoReader reader)
    {
        var outer = reader.BeginMessage();
        var list = new ApiListBuilder<T>();
        while (reader.NextField(out var number))
        {
            if (number == 1) list.Add(TCodec.ReadProtobuf(ref reader));
            else reader.Skip();
        }

        reader.EndMessage(outer);
        return list.Count == 0 ? ApiList<T>.Empty : list.ToList();
    }

    public static void WriteProtobuf(ProtoWriter writer, int number, ApiList<T> value)
    {
        var before = writer.Length;
        WriteElements(writer, 1, value);
        writer.EndMessage(number, before);
    }

    /// <summary>Writes the elements as repeated fields.</summary>
    public static void WriteElements(ProtoWriter writer, int number, ApiList<T> value)
    {
        for (var index = value.Count - 1; index >= 0; index--) TCodec.WriteProtobuf(writer, number, value[index]);
    }
}
