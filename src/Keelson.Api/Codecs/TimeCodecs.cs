using Keelson.Api.Json;
using Keelson.Api.Protobuf;

namespace Keelson.Api.Codecs;

/// <summary>Seconds and nanoseconds since 1970, as protobuf carries times; the zero time is an empty message.</summary>
internal static class Timestamp
{
    public static (long Seconds, int Nanoseconds, bool IsSet) Read(ref ProtoReader reader)
    {
        var outer = reader.BeginMessage();
        var (seconds, nanoseconds, isSet) = (0L, 0, false);
        while (reader.NextField(out var number))
        {
            isSet = true;
            switch (number)
            {
                case 1: seconds = (long)reader.UInt64(); break;
                case 2: nanoseconds = (int)reader.UInt64(); break;
                default: reader.Skip(); break;
            }
        }

        reader.EndMessage(outer);
        return (seconds, nanoseconds, isSet);
    }

    public static void Write(ProtoWriter writer, int number, bool isZero, long seconds, int nanoseconds)
    {
        var before = writer.Length;
        if (!isZero)
        {
            writer.Varint(2, (ulong)nanoseconds);
            writer.Varint(1, (ulong)seconds);
        }

        writer.EndMessage(number, before);
    }
}

internal readonly struct TimeCodec : IValueCodec<Time>
{
    public static Time ReadJson(ref JsonReader reader)
    {
        if (reader.IsNull) return default;
        return Time.TryParse(reader.String(), out var value, out var error) ? value : throw reader.Wrong(error);
    }

    public static void WriteJson(JsonWriter writer, Time value)
    {
        Span<byte> text = stackalloc byte[Time.FormattedLength + 2];
        if (value.IsZero || !value.TryFormat(text[1..], out var written))
        {
            writer.Null();
            return;
        }

        text[0] = text[written + 1] = (byte)'"';
        writer.Literal(text[..(written + 2)]);
    }

    public static Time ReadProtobuf(ref ProtoReader reader)
    {
        var (seconds, _, isSet) = Timestamp.Read(ref reader);
        if (!isSet) return default;
        return Time.TryFromUnixSeconds(seconds, out var value) ? value : throw new ApiFormatException("proto: a time is out of range");
    }

    public static void WriteProtobuf(ProtoWriter writer, int number, Time value) =>
        Timestamp.Write(writer, number, value.IsZero, value.UnixSeconds, 0);
}

internal readonly struct MicroTimeCodec : IValueCodec<MicroTime>
{
    public static MicroTime ReadJson(ref JsonReader reader)
    {
        if (reader.IsNull) return default;
        return MicroTime.TryParse(reader.String(), out var value, out var error) ? value : throw reader.Wrong(error);
    }

    public static void WriteJson(JsonWriter writer, MicroTime value)
    {
        Span<byte> text = stackalloc byte[MicroTime.FormattedLength + 2];
        if (value.IsZero || !value.TryFormat(text[1..], out var written))
        {
            writer.Null();
            return;
        }

        text[0] = text[written + 1] = (byte)'"';
        writer.Literal(text[..(written + 2)]);
    }

    public static MicroTime ReadProtobuf(ref ProtoReader reader)
    {
        var (seconds, nanoseconds, isSet) = Timestamp.Read(ref reader);
        if (!isSet) return default;
        return MicroTime.TryFromUnix(seconds, nanoseconds, out var value) ? value : throw new ApiFormatException("proto: a time is out of range");
    }

    public static void WriteProtobuf(ProtoWriter writer, int number, MicroTime value) =>
        Timestamp.Write(writer, number, value.IsZero, value.UnixSeconds, value.Nanoseconds);
}

/// <summary>A duration is text such as 1h30m in JSON, and nanoseconds in a message in protobuf.</summary>
internal readonly struct DurationCodec : IValueCodec<Duration>
{
    public static Duration ReadJson(ref JsonReader reader)
    {
        if (reader.IsNull) return default;
        return Duration.TryParse(reader.String(), out var value, out var error) ? value : throw reader.Wrong(error);
    }

    public static void WriteJson(JsonWriter writer, Duration value) => writer.String(value.ToString());

    public static Duration ReadProtobuf(ref ProtoReader reader)
    {
        var outer = reader.BeginMessage();
        var nanoseconds = 0L;
        while (reader.NextField(out var number))
        {
            if (number == 1) nanoseconds = (long)reader.UInt64();
            else reader.Skip();
        }

        reader.EndMessage(outer);
        return new Duration(nanoseconds);
    }

    public static void WriteProtobuf(ProtoWriter writer, int number, Duration value)
    {
        var before = writer.Length;
        writer.Varint(1, (ulong)value.Nanoseconds);
        writer.EndMessage(number, before);
    }
}
