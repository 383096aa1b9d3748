using System.Text.Json;
using Keelson.Api.Json;
using Keelson.Api.Protobuf;

namespace Keelson.Api.Codecs;

/// <summary>A map from strings to what <typeparamref name="TCodec"/> reads and writes; its keys are always sorted.</summary>
internal static class MapCodec<T, TCodec>
    where TCodec : struct, IValueCodec<T>
{
    public static ApiMap<T> ReadJson(ref JsonReader reader)
    {
        if (reader.IsNull) return default;
        if (reader.Token != JsonTokenType.StartObject) throw reader.TypeError(GoTypeName.Of(typeof(ApiMap<T>)));
        var map = new ApiMapBuilder<T>();
        while (reader.Read() && reader.Token != JsonTokenType.EndObject)
        {
            var key = reader.PropertyName();
            reader.Read();
            map.Add(key, TCodec.ReadJson(ref reader));
        }

        return map.Count == 0 ? ApiMap<T>.Empty : map.ToMap();
    }

    public static void WriteJson(JsonWriter writer, ApiMap<T> value)
    {
        if (value.IsNil)
        {
            writer.Null();
            return;
        }

        writer.BeginObject();
        foreach (var (key, item) in value)
        {
            writer.Name(key);
            TCodec.WriteJson(writer, item);
        }

        writer.EndObject();
    }

    /// <summary>Reads one entry, a message of key and value, into the map.</summary>
    public static void ReadEntry(ref ProtoReader reader, ref ApiMapBuilder<T> map)
    {
        var outer = reader.BeginMessage();
        var key = "";
        var value = TCodec.Zero;
        while (reader.NextField(out var number))
        {
            switch (number)
            {
                case 1: key = reader.String(); break;
                case 2: value = TCodec.ReadProtobuf(ref reader); break;
                default: reader.Skip(); break;
            }
        }

        reader.EndMessage(outer);
        map.Add(key, value);
    }

    /// <summary>Writes the entries as repeated fields.</summary>
    public static void WriteEntries(ProtoWriter writer, int number, ApiMap<T> value)
    {
        for (var index = value.Count - 1; index >= 0; index--)
        {
            var before = writer.Length;
            TCodec.WriteProtobuf(writer, 2, value.Values[index]);
            writer.String(1, value.Keys[index]);
            writer.EndMessage(number, before);
        }
    }
}
