using System.Text.Json;
using Keelson.Api;
using Keelson.Api.Json;

namespace Keelson.Client.Transport;

/// <summary>One event of a watch, not decoded: its type and the bytes of its object.</summary>
internal readonly ref struct WatchFrame(ReadOnlySpan<byte> type, ReadOnlySpan<byte> body)
{
    private const byte FirstField = 0x0a;
    private const byte SecondField = 0x12;

    public ReadOnlySpan<byte> Type { get; } = type;

    /// <summary>The object: JSON, or protobuf in its envelope.</summary>
    public ReadOnlySpan<byte> Body { get; } = body;

    public static WatchFrame Parse(ReadOnlySpan<byte> frame, bool isProtobuf) =>
        isProtobuf ? FromProtobuf(frame) : FromUsualJson(frame, out var usual) ? usual : FromJson(frame);

    // As every API server writes it: {"type":"ADDED","object":{...}}
    private static bool FromUsualJson(ReadOnlySpan<byte> frame, out WatchFrame result)
    {
        result = default;
        var start = "{\"type\":\""u8;
        var middle = "\",\"object\":"u8;
        if (!frame.StartsWith(start)) return false;
        var rest = frame[start.Length..];
        var quote = rest.IndexOf((byte)'"');
        if (quote < 0 || !rest[quote..].StartsWith(middle)) return false;
        var body = rest[(quote + middle.Length)..^1];
        result = new WatchFrame(rest[..quote], body);
        return true;
    }

    private static WatchFrame FromJson(ReadOnlySpan<byte> frame)
    {
        ReadOnlySpan<byte> type = default;
        ReadOnlySpan<byte> body = default;
        try
        {
            var json = new Utf8JsonReader(frame, new JsonReaderOptions { MaxDepth = JsonReader.MaxDepth });
            json.Read();
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var isType = json.ValueTextEquals("type"u8);
                var isBody = json.ValueTextEquals("object"u8);
                json.Read();
                var from = (int)json.TokenStartIndex;
                if (isType && json.TokenType == JsonTokenType.String) type = json.ValueSpan;
                json.Skip();
                if (isBody) body = frame[from..(int)json.BytesConsumed];
            }
        }
        catch (JsonException broken)
        {
            throw new ApiFormatException($"the watch stream holds broken JSON: {broken.Message}", broken);
        }

        return body.IsEmpty ? throw new ApiFormatException("an event of the watch has no object") : new WatchFrame(type, body);
    }

    // 1 the type, 2 a message whose only field 1 is the object's bytes.
    private static WatchFrame FromProtobuf(ReadOnlySpan<byte> frame)
    {
        ReadOnlySpan<byte> type = default;
        ReadOnlySpan<byte> body = default;
        while (!frame.IsEmpty)
        {
            var tag = frame[0];
            frame = Field(frame, out var value);
            if (tag == FirstField) type = value;
            if (tag == SecondField) body = value;
        }

        while (!body.IsEmpty)
        {
            var tag = body[0];
            body = Field(body, out var value);
            if (tag == FirstField) return new WatchFrame(type, value);
        }

        throw new ApiFormatException("an event of the watch has no object");
    }

    // The bytes of the field that the message begins with; returns what follows.
    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> message, out ReadOnlySpan<byte> value)
    {
        if ((message[0] & 7) != 2) throw Broken();
        var length = 0L;
        var at = 1;
        for (var shift = 0; ; shift += 7)
        {
            if (at >= message.Length || shift > 28) throw Broken();
            length |= (long)(message[at] & 0x7f) << shift;
            if (message[at++] < 0x80) break;
        }

        if (length > message.Length - at) throw Broken();
        value = message.Slice(at, (int)length);
        return message[(at + (int)length)..];
    }

    private static ApiFormatException Broken() => new("the watch stream holds a broken protobuf event");
}
