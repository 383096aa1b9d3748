using System.Text.Json;
using Keelson.Api.Json;
using Keelson.Api.Values;

namespace Keelson.Api;

/// <summary>Declared kinds as JSON documents.</summary>
public static class ApiJson
{
    /// <summary>Reads an object of the kind that the document names.</summary>
    /// <param name="report">Takes unknown and duplicate fields.</param>
    /// <exception cref="ApiFormatException">The document is broken, names no declared kind, or has a value of the wrong type.</exception>
    public static IKind Decode(ReadOnlySpan<byte> json, DecodeReport report) => Decode(json, Kind(TypeMeta.Peek(json)), report);

    /// <summary>Reads an object of a kind that is known from elsewhere.</summary>
    public static IKind Decode(ReadOnlySpan<byte> json, KindInfo kind, DecodeReport report)
    {
        try
        {
            var reader = new JsonReader(json, report);
            reader.Start();
            var value = kind.ReadJson(ref reader);
            reader.Finish();
            return value;
        }
        catch (JsonException broken)
        {
            throw Broken(json, broken);
        }
    }

    /// <summary>Reads an object of a type that is known from elsewhere.</summary>
    public static T Decode<T>(ReadOnlySpan<byte> json, DecodeReport? report = null)
        where T : class, IApiType<T>
    {
        try
        {
            var reader = new JsonReader(json, report ?? new DecodeReport());
            reader.Start();
            var value = T.ReadJson(ref reader);
            reader.Finish();
            return value;
        }
        catch (JsonException broken)
        {
            throw Broken(json, broken);
        }
    }

    /// <summary>Writes an object with its apiVersion and kind, which are filled in where they are missing.</summary>
    public static byte[] Encode<T>(T value)
        where T : class, IKind<T>
    {
        using var writer = new JsonWriter();
        Typed(value).WriteJson(writer);
        return writer.ToArray();
    }

    /// <summary>Writes an object as it is.</summary>
    public static byte[] Encode(IKind value)
    {
        using var writer = new JsonWriter();
        value.WriteJson(writer);
        return writer.ToArray();
    }

    internal static IKind Typed<T>(T value)
        where T : class, IKind<T> => value.Kind.Length == 0 ? value.Typed(T.GroupVersionKind) : value;

    /// <summary>The declared kind of that name, or an error in upstream's words.</summary>
    internal static KindInfo Kind(TypeMeta meta)
    {
        if (meta.Kind.Length == 0) throw new ApiFormatException("Object 'Kind' is missing");
        if (meta.GroupVersionKind is not { } kind) throw new ApiFormatException($"unexpected GroupVersion string: {meta.ApiVersion}");
        return Catalog.Find(kind) ?? throw new ApiFormatException($"no kind \"{meta.Kind}\" is registered for version \"{meta.ApiVersion}\"");
    }

    // The framework's reader finds the fault; the value reader finds Go's words for it.
    internal static ApiFormatException Broken(ReadOnlySpan<byte> json, JsonException broken)
    {
        try
        {
            ValueReader.Read(json, new JsonLimits { MaxBytes = int.MaxValue, MaxDepth = JsonReader.MaxDepth });
            return new ApiFormatException($"invalid JSON at byte {broken.BytePositionInLine} of line {broken.LineNumber + 1}", broken);
        }
        catch (JsonFormatException named)
        {
            return new ApiFormatException(named.Message, broken);
        }
    }
}
