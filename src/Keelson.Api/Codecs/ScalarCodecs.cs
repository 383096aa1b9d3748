using System.Globalization;
using System.Text;
using Keelson.Api.Json;
using Keelson.Api.Protobuf;
using Keelson.Api.Values;

namespace Keelson.Api.Codecs;

internal readonly struct StringCodec : IValueCodec<string>
{
    public static string Zero => "";

    public static string ReadJson(ref JsonReader reader) => reader.IsNull ? "" : reader.String();

    public static void WriteJson(JsonWriter writer, string value) => writer.String(value);

    public static string ReadProtobuf(ref ProtoReader reader) => reader.String();

    public static void WriteProtobuf(ProtoWriter writer, int number, string value) => writer.String(number, value);
}

internal readonly struct BooleanCodec : IValueCodec<bool>
{
    public static bool ReadJson(ref JsonReader reader) => !reader.IsNull && reader.Boolean();

    public static void WriteJson(JsonWriter writer, bool value) => writer.Boolean(value);

    public static bool ReadProtobuf(ref ProtoReader reader) => reader.UInt64() != 0;

    public static void WriteProtobuf(ProtoWriter writer, int number, bool value) => writer.Varint(number, value ? 1UL : 0UL);
}

internal readonly struct Int32Codec : IValueCodec<int>
{
    public static int ReadJson(ref JsonReader reader) => reader.IsNull ? 0 : reader.Int32();

    public static void WriteJson(JsonWriter writer, int value) => writer.Integer(value);

    public static int ReadProtobuf(ref ProtoReader reader) => (int)reader.UInt64();

    // A negative number is extended to 64 bits first, as protobuf's int32 is.
    public static void WriteProtobuf(ProtoWriter writer, int number, int value) => writer.Varint(number, (ulong)(long)value);
}

internal readonly struct Int64Codec : IValueCodec<long>
{
    public static long ReadJson(ref JsonReader reader) => reader.IsNull ? 0 : reader.Int64();

    public static void WriteJson(JsonWriter writer, long value) => writer.Integer(value);

    public static long ReadProtobuf(ref ProtoReader reader) => (long)reader.UInt64();

    public static void WriteProtobuf(ProtoWriter writer, int number, long value) => writer.Varint(number, (ulong)value);
}

internal readonly struct DoubleCodec : IValueCodec<double>
{
    public static double ReadJson(ref JsonReader reader) => reader.IsNull ? 0 : reader.Double();

    public static void WriteJson(JsonWriter writer, double value) => writer.Literal(Encoding.ASCII.GetBytes(GoNumber.FormatJson(value)));

    public static double ReadProtobuf(ref ProtoReader reader) => reader.Double();

    public static void WriteProtobuf(ProtoWriter writer, int number, double value) => writer.Double(number, value);
}

/// <summary>Bytes are base64 in JSON.</summary>
internal readonly struct BytesCodec : IValueCodec<Bytes>
{
    public static Bytes ReadJson(ref JsonReader reader)
    {
        if (reader.IsNull) return default;
        var text = reader.String();
        return Bytes.TryFromBase64(text, out var value) ? value : throw reader.Wrong("illegal base64 data");
    }

    public static void WriteJson(JsonWriter writer, Bytes value)
    {
        if (value.IsNil) writer.Null();
        else writer.Base64(value.Span);
    }

    public static Bytes ReadProtobuf(ref ProtoReader reader) => Bytes.CopyOf(reader.Bytes());

    public static void WriteProtobuf(ProtoWriter writer, int number, Bytes value) => writer.Bytes(number, value.Span);
}

/// <summary>JSON of any shape; protobuf carries its text as field 1 of a message.</summary>
internal readonly struct RawJsonCodec : IValueCodec<RawJson>
{
    public static RawJson ReadJson(ref JsonReader reader)
    {
        if (reader.IsNull) return default;
        return RawJson.TryParse(reader.Raw(), out var value, out var error) ? value : throw new ApiFormatException(error);
    }

    public static void WriteJson(JsonWriter writer, RawJson value)
    {
        if (value.IsNil) writer.Null();
        else writer.Literal(value.Span);
    }

    public static RawJson ReadProtobuf(ref ProtoReader reader)
    {
        var outer = reader.BeginMessage();
        RawJson value = default;
        while (reader.NextField(out var number))
        {
            if (number == 1) value = Checked(reader.Bytes(), reader.Depth);
            else reader.Skip();
        }

        reader.EndMessage(outer);
        return value;
    }

    public static void WriteProtobuf(ProtoWriter writer, int number, RawJson value)
    {
        var before = writer.Length;
        if (!value.IsNil) writer.Bytes(1, value.Span);
        writer.EndMessage(number, before);
    }

    // What comes as protobuf may hold anything, an envelope of its own too; only JSON can be handed on as JSON.
    private static RawJson Checked(ReadOnlySpan<byte> text, int depth)
    {
        if (text.IsEmpty) return default;
        if (depth > ProtoReader.MaxDepth) throw ProtoReader.Broken("nested too deeply");
        if (ApiProtobuf.IsEnvelope(text)) return RawJson.Wrap(ApiJson.Encode(ApiProtobuf.Decode(text, depth)));
        return RawJson.TryParse(text, out var value, out var error)
            ? value
            : throw new ApiFormatException(string.Create(CultureInfo.InvariantCulture, $"raw extension of {text.Length} bytes: {error}"));
    }
}
