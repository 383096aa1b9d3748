using Keelson.Api.Protobuf;

namespace Keelson.Api;

/// <summary>Declared kinds as protobuf documents, in the envelope that says what they are.</summary>
/// <remarks>The envelope is four magic bytes and a message: 1 the apiVersion and kind, 2 the object, 3 and 4 its encoding and content type.</remarks>
public static class ApiProtobuf
{
    private const string NotAnEnvelope = "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]";

    private static ReadOnlySpan<byte> Magic => "k8s\0"u8;

    /// <summary>Whether a document begins as an envelope does.</summary>
    public static bool IsEnvelope(ReadOnlySpan<byte> document) => document.StartsWith(Magic);

    /// <summary>Reads an object of the kind that the envelope names.</summary>
    /// <exception cref="ApiFormatException">The document is broken or names no declared kind.</exception>
    public static IKind Decode(ReadOnlySpan<byte> document) => Decode(document, 0);

    /// <summary>Reads an object of a type that is known from elsewhere.</summary>
    public static T Decode<T>(ReadOnlySpan<byte> document)
        where T : class, IKind<T>
    {
        var meta = Open(document, out var body);
        var reader = new ProtoReader(body);
        var value = T.ReadProtobuf(ref reader);
        return (T)value.Typed(meta.GroupVersionKind ?? T.GroupVersionKind);
    }

    /// <summary>Writes an object in its envelope.</summary>
    public static byte[] Encode<T>(T value)
        where T : class, IKind<T> => Encode(ApiJson.Typed(value));

    /// <summary>Writes an object in its envelope, under the apiVersion and kind that it carries.</summary>
    public static byte[] Encode(IKind value)
    {
        using var writer = new ProtoWriter();
        writer.String(4, "");
        writer.String(3, "");
        var beforeBody = writer.Length;
        value.WriteProtobuf(writer);
        writer.EndMessage(2, beforeBody);
        var beforeMeta = writer.Length;
        writer.String(2, value.Kind);
        writer.String(1, value.ApiVersion);
        writer.EndMessage(1, beforeMeta);
        writer.Raw(Magic);
        return writer.ToArray();
    }

    /// <summary>Reads an envelope that stands inside another document, so many levels deep.</summary>
    internal static IKind Decode(ReadOnlySpan<byte> document, int depth)
    {
        var meta = Open(document, out var body);
        // Only a watch event travels without a name, since its stream says what it carries.
        var kind = meta == new TypeMeta("", "") ? Catalog.Find(new GroupVersionKind("", "", ""))! : ApiJson.Kind(meta);
        var reader = new ProtoReader(body, depth);
        return kind.ReadProtobuf(ref reader).Typed(kind.Kind);
    }

    private static TypeMeta Open(ReadOnlySpan<byte> document, out ReadOnlySpan<byte> body)
    {
        if (!IsEnvelope(document)) throw new ApiFormatException(NotAnEnvelope);
        var reader = new ProtoReader(document[Magic.Length..]);
        var meta = new TypeMeta("", "");
        body = default;
        while (reader.NextField(out var number))
        {
            switch (number)
            {
                case 1: meta = Meta(new ProtoReader(reader.Bytes())); break;
                case 2: body = reader.Bytes(); break;
                case 3: RefuseEncoding(reader.String()); break;
                default: reader.Skip(); break;
            }
        }

        return meta;
    }

    private static TypeMeta Meta(ProtoReader reader)
    {
        var meta = new TypeMeta("", "");
        while (reader.NextField(out var number))
        {
            switch (number)
            {
                case 1: meta = meta with { ApiVersion = reader.String() }; break;
                case 2: meta = meta with { Kind = reader.String() }; break;
                default: reader.Skip(); break;
            }
        }

        return meta;
    }

    private static void RefuseEncoding(string encoding)
    {
        if (encoding.Length > 0) throw new ApiFormatException($"proto: content encoding \"{encoding}\" is not supported");
    }
}
