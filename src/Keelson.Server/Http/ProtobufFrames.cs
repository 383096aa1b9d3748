using System.Buffers;
using System.Buffers.Binary;
using Keelson.Api;
using Keelson.Api.Meta.V1;
using Keelson.Api.Protobuf;
using Keelson.Server.Objects;

namespace Keelson.Server.Http;

/// <summary>Puts protobuf messages that are encoded already into envelopes, lists and watch frames without encoding them again.</summary>
internal static class ProtobufFrames
{
    private const byte FirstField = 0x0a;
    private const byte SecondField = 0x12;

    private static ReadOnlySpan<byte> Magic => "k8s\0"u8;

    /// <summary>An empty content encoding and content type, as upstream writes them.</summary>
    private static ReadOnlySpan<byte> EnvelopeEnd => [0x1a, 0, 0x22, 0];

    /// <summary>An object's message without envelope.</summary>
    public static byte[] Body(ApiObject value)
    {
        using var writer = new ProtoWriter();
        (value.Typed ?? throw new InvalidOperationException("a custom resource has no protobuf form")).WriteProtobuf(writer);
        return writer.ToArray();
    }

    /// <summary>How long an object is in its envelope.</summary>
    public static int EnvelopeLength(GroupVersionKind kind, int body)
    {
        var meta = MetaLength(kind);
        return Magic.Length + Field(meta) + Field(body) + EnvelopeEnd.Length;
    }

    /// <summary>What stands before a message of a length in its envelope.</summary>
    public static void BeginEnvelope(IBufferWriter<byte> output, GroupVersionKind kind, int body)
    {
        output.Write(Magic);
        Tag(output, FirstField, MetaLength(kind));
        Text(output, FirstField, kind.ApiVersion);
        Text(output, SecondField, kind.Kind);
        Tag(output, SecondField, body);
    }

    public static int EnvelopeEndLength => EnvelopeEnd.Length;

    public static void EndEnvelope(IBufferWriter<byte> output) => output.Write(EnvelopeEnd);

    public static byte[] ListMetadata(ListMeta metadata)
    {
        using var writer = new ProtoWriter();
        metadata.WriteProtobuf(writer);
        return writer.ToArray();
    }

    /// <summary>How long a list's message is.</summary>
    public static long ListLength(ReadOnlySpan<byte> metadata, IEnumerable<int> items)
    {
        long length = Field(metadata.Length);
        foreach (var item in items) length += Field(item);
        return length;
    }

    public static void BeginList(IBufferWriter<byte> output, ReadOnlySpan<byte> metadata)
    {
        Tag(output, FirstField, metadata.Length);
        output.Write(metadata);
    }

    public static void ListItem(IBufferWriter<byte> output, ReadOnlySpan<byte> body)
    {
        Tag(output, SecondField, body.Length);
        output.Write(body);
    }

    /// <summary>One event of a watch: its length in four bytes, and the event with the object in its envelope.</summary>
    public static void WatchEvent(IBufferWriter<byte> output, string type, GroupVersionKind kind, ReadOnlySpan<byte> body)
    {
        var envelope = EnvelopeLength(kind, body.Length);
        var raw = Field(envelope);
        var frame = Field(type.Length) + Field(raw);
        BinaryPrimitives.WriteInt32BigEndian(output.GetSpan(4), frame);
        output.Advance(4);
        Text(output, FirstField, type);
        Tag(output, SecondField, raw);
        Tag(output, FirstField, envelope);
        BeginEnvelope(output, kind, body.Length);
        output.Write(body);
        EndEnvelope(output);
    }

    /// <summary>Any declared kind in its envelope.</summary>
    public static byte[] Envelope(IKind value) => ApiProtobuf.Encode(value);

    private static int MetaLength(GroupVersionKind kind) => Field(kind.ApiVersion.Length) + Field(kind.Kind.Length);

    private static int Field(int length) => 1 + VarintLength((uint)length) + length;

    private static int VarintLength(uint value) => value switch
    {
        < 1u << 7 => 1,
        < 1u << 14 => 2,
        < 1u << 21 => 3,
        < 1u << 28 => 4,
        _ => 5,
    };

    private static void Text(IBufferWriter<byte> output, byte field, string ascii)
    {
        Tag(output, field, ascii.Length);
        output.Advance(System.Text.Encoding.ASCII.GetBytes(ascii, output.GetSpan(ascii.Length)));
    }

    private static void Tag(IBufferWriter<byte> output, byte field, int length)
    {
        var span = output.GetSpan(6);
        var at = 0;
        span[at++] = field;
        var value = (uint)length;
        while (value >= 0x80)
        {
            span[at++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[at++] = (byte)value;
        output.Advance(at);
    }
}
