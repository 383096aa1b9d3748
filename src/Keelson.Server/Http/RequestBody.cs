using System.Buffers;
using System.Text;
using System.Text.Json;
using Keelson.Api;
using Keelson.Api.Json;
using Keelson.Api.Values;
using Keelson.Api.Yaml;
using Keelson.Server.Objects;
using Keelson.Server.Registry;
using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Http;

/// <summary>Reads the bodies of requests, up to the limit.</summary>
internal static class RequestBody
{
    /// <summary>How much of a body that can't be read a message shows; default 30 bytes, as upstream.</summary>
    private const int ShownBytes = 30;

    /// <summary>The whole body.</summary>
    /// <exception cref="ApiException">It is larger than allowed.</exception>
    public static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, CancellationToken cancel)
    {
        if (request.ContentLength > ObjectLimits.MaxBodyBytes) throw Failures.TooLarge(ObjectLimits.MaxBodyBytes);
        var body = new ArrayBufferWriter<byte>((int)Math.Max(request.ContentLength ?? 1024, 16));
        while (true)
        {
            var read = await request.Body.ReadAsync(body.GetMemory(), cancel).ConfigureAwait(false);
            if (read == 0) return body.WrittenMemory;
            body.Advance(read);
            if (body.WrittenCount > ObjectLimits.MaxBodyBytes) throw Failures.TooLarge(ObjectLimits.MaxBodyBytes);
        }
    }

    /// <summary>The object in the body of a create or update. Fields that are unknown or occur twice are handled as the client wants.</summary>
    public static async ValueTask<ApiObject> ReadObjectAsync(ApiRequest request)
    {
        var body = await ReadAsync(request.Http.Request, request.Cancel).ConfigureAwait(false);
        var encoding = EncodingOf(request.Http.Request);
        var report = new DecodeReport();
        try
        {
            if (body.IsEmpty) throw new ApiFormatException("unexpected end of JSON input");
            var value = ReadObject(body.Span, encoding, request.Resource, report);
            HandleFindings(request, report);
            Audit.AuditRecord.Of(request.Http)?.Sends(value.Metadata, value.ToJson);
            return value;
        }
        catch (Exception broken) when (broken is ApiFormatException or JsonFormatException)
        {
            throw Unreadable(request.Resource.Kind, encoding, body.Span, broken);
        }
    }

    /// <summary>Refuses, mentions or passes over what a decoder found, as the client wants.</summary>
    public static void HandleFindings(ApiRequest request, DecodeReport report)
    {
        if (report.IsClean) return;
        switch (request.Options.FieldValidation)
        {
            case "Strict":
                throw Failures.BadRequest($"{request.Resource.Kind.Kind} in version \"{request.Resource.Kind.Version}\" cannot be handled as a {request.Resource.Kind.Kind}: {report.StrictError}");
            case "Warn":
                foreach (var finding in report.Findings) request.Warn(finding);
                break;
        }
    }

    /// <summary>An object that a request carries beside its resource, such as options; null for an empty body.</summary>
    public static async ValueTask<T?> ReadKindAsync<T>(HttpRequest request, CancellationToken cancel)
        where T : class, IKind<T>
    {
        var body = await ReadAsync(request, cancel).ConfigureAwait(false);
        if (body.IsEmpty) return null;
        var value = ReadKind<T>(request, body.Span);
        Audit.AuditRecord.Of(request.HttpContext)?.Sends((value as IResource)?.Metadata, () => ApiJson.Encode(value));
        return value;
    }

    private static T ReadKind<T>(HttpRequest request, ReadOnlySpan<byte> body)
        where T : class, IKind<T>
    {
        if (ApiProtobuf.IsEnvelope(body)) return ApiProtobuf.Decode<T>(body);
        return EncodingOf(request) == WireFormat.Yaml ? ApiJson.Decode<T>(FromYaml(body, null)) : ApiJson.Decode<T>(body);
    }

    private static ApiObject ReadObject(ReadOnlySpan<byte> body, WireFormat encoding, RegisteredResource resource, DecodeReport report)
    {
        if (encoding == WireFormat.Protobuf)
        {
            if (resource.KindInfo is null) throw Failures.UnsupportedMediaType(MediaTypes.ForCustomObjects);
            var decoded = ApiProtobuf.Decode(body);
            if (decoded is not IResource || !decoded.GetType().IsAssignableTo(resource.KindInfo.Type)) throw WrongKind(new TypeMeta(decoded.ApiVersion, decoded.Kind), resource);
            return resource.Typed(decoded);
        }

        var json = encoding == WireFormat.Yaml ? FromYaml(body, report) : body;
        var peeked = Peek(json);
        var meta = peeked ?? new TypeMeta("", "");
        if (meta.Kind.Length > 0 && meta.Kind != resource.Kind.Kind && (resource.KindInfo is not null || meta.ApiVersion == resource.Kind.ApiVersion)) throw WrongKind(meta, resource, json);
        // A custom object has no type but the one it names; a built-in one is known from where it was sent.
        var mustName = resource.KindInfo is null && peeked is not null;
        if (mustName && meta.Kind.Length == 0) throw Failures.BadRequest("Object 'Kind' is missing in 'object has no kind field '");
        if ((mustName || meta.ApiVersion.Length > 0) && meta.ApiVersion != resource.Kind.ApiVersion)
        {
            throw Failures.BadRequest($"the API version in the data ({meta.ApiVersion}) does not match the expected API version ({resource.Kind.ApiVersion})");
        }

        var value = resource.ReadJson(json, report);
        return value.Typed is { } typed ? resource.Typed(typed) : value;
    }

    /// <summary>The refusal of a body that can't be read: it says as what the body was read, where it is a document at all.</summary>
    private static ApiException Unreadable(GroupVersionKind wanted, WireFormat encoding, ReadOnlySpan<byte> body, Exception why)
    {
        if (encoding != WireFormat.Json || IsDocument(body))
        {
            return Failures.BadRequest($"{wanted.Kind} in version \"{wanted.Version}\" cannot be handled as a {wanted.Kind}: {why.Message}", why);
        }

        return Failures.BadRequest($"the object provided is unrecognized (must be of type {wanted.Kind}): couldn't get version/kind; json parse error: {why.Message} ({Summary(body)})", why);
    }

    private static bool IsDocument(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Summary(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty) return "<empty>";
        var begin = body[..Math.Min(body.Length, ShownBytes)];
        return (body[0] == (byte)'{' ? Encoding.UTF8.GetString(begin) : Convert.ToHexStringLower(begin)) + (body.Length > ShownBytes ? " ..." : "");
    }

    private static TypeMeta? Peek(ReadOnlySpan<byte> json)
    {
        try
        {
            return json.TrimStart(" \t\r\n"u8).StartsWith("{"u8) ? TypeMeta.Peek(json) : null;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            // The reader that follows names the fault in upstream's words.
            return null;
        }
    }

    private static string NameIn(ReadOnlySpan<byte> json)
    {
        try
        {
            return (ValueReader.Read(json) as MapValue)?["metadata", "name"]?.AsText() ?? "";
        }
        catch (Exception broken) when (broken is JsonFormatException or ValueDepthException)
        {
            return "";
        }
    }

    private static byte[] FromYaml(ReadOnlySpan<byte> yaml, DecodeReport? report)
    {
        var duplicates = report is null ? null : new List<string>();
        try
        {
            var json = YamlReader.ToJson(yaml, null, duplicates);
            foreach (var duplicate in duplicates ?? []) report!.Add(duplicate);
            return json;
        }
        catch (YamlFormatException broken)
        {
            throw Failures.BadRequest(broken.Message, broken);
        }
    }

    private static WireFormat EncodingOf(HttpRequest request) =>
        MediaTypes.OfBody(request.ContentType) ?? throw Failures.UnsupportedMediaType(MediaTypes.ForObjects);

    private static ApiException WrongKind(TypeMeta meta, RegisteredResource resource, ReadOnlySpan<byte> json = default) => resource.KindInfo is null
        ? Failures.Invalid(resource, NameIn(json), [Verbs.MetadataRules.Invalid("kind", meta.Kind, $"must be {resource.Kind.Kind}")])
        : Failures.BadRequest(
        $"{meta.Kind} in version \"{meta.GroupVersionKind?.Version}\" cannot be handled as a {resource.Kind.Kind}: converting ({meta.ApiVersion}, Kind={meta.Kind}) to ({resource.Kind.ApiVersion}, Kind={resource.Kind.Kind}): unknown conversion");
}
