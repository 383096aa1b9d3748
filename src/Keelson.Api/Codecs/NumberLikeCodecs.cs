using System.Text.Json;
using Keelson.Api.Json;
using Keelson.Api.Protobuf;

namespace Keelson.Api.Codecs;

/// <summary>A quantity is a string in JSON (numbers are taken too) and a message around that string in protobuf.</summary>
internal readonly struct QuantityCodec : IValueCodec<Quantity>
{
    public static Quantity ReadJson(ref JsonReader reader)
    {
        if (reader.IsNull) return default;
        var text = reader.Token switch
        {
            JsonTokenType.String => reader.String(),
            JsonTokenType.Number => reader.NumberText(),
            _ => throw reader.TypeError("resource.Quantity"),
        };
        return Quantity.TryParse(text, out var value, out var error) ? value : throw reader.Wrong(error);
    }

    public static void WriteJson(JsonWriter writer, Quantity value) => writer.String(value.Text);

    public static Quantity ReadProtobuf(ref ProtoReader reader)
    {
        var outer = reader.BeginMessage();
        Quantity value = default;
        while (reader.NextField(out var number))
        {
            if (number != 1) reader.Skip();
            else if (!Quantity.TryParse(reader.String(), out value, out var error)) throw new ApiFormatException(error);
        }

        reader.EndMessage(outer);
        return value;
    }

    public static void WriteProtobuf(ProtoWriter writer, int number, Quantity value)
    {
        var before = writer.Length;
        writer.String(1, value.Text);
        writer.EndMessage(number, before);
    }
}

/// <summary>A number or a string in JSON; kind, number and string in protobuf.</summary>
internal readonly struct IntOrStringCodec : IValueCodec<IntOrString>
{
    public static IntOrString ReadJson(ref JsonReader reader) => reader.Token switch
    {
        JsonTokenType.Null => default,
        JsonTokenType.String => IntOrString.FromString(reader.String()),
        JsonTokenType.Number => IntOrString.FromInt(reader.Int32()),
        _ => throw reader.TypeError("intstr.IntOrString"),
    };

    public static void WriteJson(JsonWriter writer, IntOrString value)
    {
        if (value.IsInt) writer.Integer(value.IntValue);
        else writer.String(value.StringValue);
    }

    public static IntOrString ReadProtobuf(ref ProtoReader reader)
    {
        var outer = reader.BeginMessage();
        var isString = false;
        var integer = 0;
        var text = "";
        while (reader.NextField(out var number))
        {
            switch (number)
            {
                case 1: isString = reader.UInt64() == 1; break;
                case 2: integer = (int)reader.UInt64(); break;
                case 3: text = reader.String(); break;
                default: reader.Skip(); break;
            }
        }

        reader.EndMessage(outer);
        return isString ? IntOrString.FromString(text) : IntOrString.FromInt(integer);
    }

    public static void WriteProtobuf(ProtoWriter writer, int number, IntOrString value)
    {
        var before = writer.Length;
        writer.String(3, value.StringValue);
        writer.Varint(2, value.IsInt ? (ulong)(long)value.IntValue : 0);
        writer.Varint(1, value.IsInt ? 0UL : 1UL);
        writer.EndMessage(number, before);
    }
}
