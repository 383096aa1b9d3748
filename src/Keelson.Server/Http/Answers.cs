using System.IO.Compression;
using System.IO.Pipelines;
using Keelson.Api;
using Keelson.Api.Json;
using Keelson.Api.Meta.V1;
using Keelson.Api.Values;
using Keelson.Api.Yaml;
using Keelson.Server.Audit;
using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Http;

/// <summary>Writes answers in the form and encoding that the client accepts.</summary>
internal static class Answers
{
    /// <summary>Answers from this size on are compressed for clients that ask; default 128 kB, as upstream.</summary>
    public const int CompressFrom = 128 * 1024;

    private const int FlushEvery = 64 * 1024;

    private static ReadOnlySpan<byte> ListEnd => "]}\n"u8;

    /// <summary>One object.</summary>
    public static ValueTask ObjectAsync(ApiRequest request, int code, IAnswerObject value, DateTimeOffset now)
    {
        var accept = request.Accept;
        switch (accept.Form)
        {
            case Form.Table:
                var metadata = new ListMeta { ResourceVersion = value.Object.Metadata.ResourceVersion };
                return KindAsync(request, code, TableAnswer.Of(request.Resource, [value], metadata, request.Options.IncludeObject, accept.Version, now));
            case Form.Metadata:
                return KindAsync(request, code, TableAnswer.Metadata(value.Object, accept.Version));
        }

        AuditRecord.Of(request.Http)?.Answers(() => value.JsonBytes);
        if (accept.Encoding == WireFormat.Protobuf) return ProtobufAsync(request, code, value);
        return JsonAsync(request.Http, code, accept.Encoding, value.JsonBytes, request.Options.Pretty);
    }

    /// <summary>A list, written while it is walked: what it costs in memory does not depend on its length.</summary>
    public static ValueTask ListAsync(ApiRequest request, IReadOnlyCollection<IAnswerObject> items, ListMeta metadata, DateTimeOffset now)
    {
        var accept = request.Accept;
        if (accept.Form == Form.Table)
        {
            return KindAsync(request, 200, TableAnswer.Of(request.Resource, items, metadata, request.Options.IncludeObject, accept.Version, now));
        }

        if (accept.Form == Form.Metadata) return KindAsync(request, 200, MetadataList(items, metadata, accept.Version));
        AuditRecord.Of(request.Http)?.Answers(() => ListJson(request, items, metadata));
        if (accept.Encoding == WireFormat.Protobuf) return ProtobufListAsync(request, items, metadata);
        if (accept.Encoding == WireFormat.Yaml || request.Options.Pretty) return BufferedListAsync(request, items, metadata);
        return JsonListAsync(request, items, metadata);
    }

    /// <summary>An object of another kind than the resource's, in the request's encoding.</summary>
    public static ValueTask KindAsync(ApiRequest request, int code, IKind value) =>
        KindAsync(request.Http, code, request.Accept.Encoding, value, request.Options.Pretty);

    public static ValueTask KindAsync(HttpContext http, int code, WireFormat encoding, IKind value, bool pretty = false)
    {
        if (AuditRecord.Of(http) is { } record)
        {
            if (value is Status status) record.Answers(status);
            record.Answers(() => ApiJson.Encode(value));
        }

        if (encoding != WireFormat.Protobuf) return JsonAsync(http, code, encoding, ApiJson.Encode(value), pretty);
        var bytes = ProtobufFrames.Envelope(value);
        return BytesAsync(http, code, MediaTypes.Protobuf, bytes);
    }

    /// <summary>Bytes as they are, compressed where that is wanted and worth it.</summary>
    public static async ValueTask BytesAsync(HttpContext http, int code, string contentType, ReadOnlyMemory<byte> bytes)
    {
        var response = http.Response;
        response.StatusCode = code;
        response.ContentType = contentType;
        if (!MayCompress(http, bytes.Length))
        {
            response.ContentLength = bytes.Length;
            if (!HttpMethods.IsHead(http.Request.Method)) await response.BodyWriter.WriteAsync(bytes, http.RequestAborted).ConfigureAwait(false);
            return;
        }

        var body = BeginBody(http, bytes.Length);
        await body.WriteAsync(bytes, http.RequestAborted).ConfigureAwait(false);
        await body.CompleteAsync().ConfigureAwait(false);
    }

    /// <summary>Begins a body of about a length; whoever gets the writer completes it.</summary>
    private static PipeWriter BeginBody(HttpContext http, long about)
    {
        if (!MayCompress(http, about)) return http.Response.BodyWriter;
        http.Response.Headers.ContentEncoding = "gzip";
        http.Response.Headers.Append("Vary", "Accept-Encoding");
        return PipeWriter.Create(new GZipStream(http.Response.Body, CompressionLevel.Fastest), new StreamPipeWriterOptions(leaveOpen: false));
    }

    private static bool MayCompress(HttpContext http, long length) =>
        length >= CompressFrom && http.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase);

    private static ValueTask JsonAsync(HttpContext http, int code, WireFormat encoding, ReadOnlyMemory<byte> json, bool pretty)
    {
        if (encoding == WireFormat.Yaml) return BytesAsync(http, code, MediaTypes.Yaml, YamlWriter.WriteBytes(ValueReader.Read(json.Span, Objects.ObjectLimits.Trusted)));
        if (pretty) json = Pretty(json.Span);
        return BytesAsync(http, code, MediaTypes.Json, json);
    }

    private static byte[] Pretty(ReadOnlySpan<byte> json) =>
        [.. ValueWriter.WriteBytes(ValueReader.Read(json, Objects.ObjectLimits.Trusted), new JsonFormat { Indent = 2 }), (byte)'\n'];

    private static ValueTask ProtobufAsync(ApiRequest request, int code, IAnswerObject value)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        var body = value.ProtobufBytes.Span;
        ProtobufFrames.BeginEnvelope(output, request.Resource.Kind, body.Length);
        System.Buffers.BuffersExtensions.Write(output, body);
        ProtobufFrames.EndEnvelope(output);
        return BytesAsync(request.Http, code, MediaTypes.Protobuf, output.WrittenMemory);
    }

    private static async ValueTask JsonListAsync(ApiRequest request, IReadOnlyCollection<IAnswerObject> items, ListMeta metadata)
    {
        using var head = Head(request.Resource, metadata);
        var length = head.Written.Length + ListEnd.Length + Math.Max(0, items.Count - 1) + items.Sum(item => (long)item.JsonBytes.Length);
        var body = await BeginAsync(request.Http, MediaTypes.Json, length).ConfigureAwait(false);
        System.Buffers.BuffersExtensions.Write(body, head.Written);
        var first = true;
        foreach (var item in items)
        {
            if (!first) System.Buffers.BuffersExtensions.Write(body, ","u8);
            first = false;
            System.Buffers.BuffersExtensions.Write(body, item.JsonBytes.Span);
            if (body.UnflushedBytes >= FlushEvery) await body.FlushAsync(request.Cancel).ConfigureAwait(false);
        }

        System.Buffers.BuffersExtensions.Write(body, ListEnd);
        await EndAsync(request.Http, body).ConfigureAwait(false);
    }

    private static ValueTask BufferedListAsync(ApiRequest request, IReadOnlyCollection<IAnswerObject> items, ListMeta metadata) =>
        JsonAsync(request.Http, 200, request.Accept.Encoding, ListJson(request, items, metadata), request.Options.Pretty);

    private static ReadOnlyMemory<byte> ListJson(ApiRequest request, IReadOnlyCollection<IAnswerObject> items, ListMeta metadata)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        using (var head = Head(request.Resource, metadata)) System.Buffers.BuffersExtensions.Write(output, head.Written);
        var first = true;
        foreach (var item in items)
        {
            if (!first) System.Buffers.BuffersExtensions.Write(output, ","u8);
            first = false;
            System.Buffers.BuffersExtensions.Write(output, item.JsonBytes.Span);
        }

        System.Buffers.BuffersExtensions.Write(output, "]}"u8);
        return output.WrittenMemory;
    }

    private static async ValueTask ProtobufListAsync(ApiRequest request, IReadOnlyCollection<IAnswerObject> items, ListMeta metadata)
    {
        var kind = request.Resource.Kind with { Kind = request.Resource.Kind.Kind + "List" };
        var head = ProtobufFrames.ListMetadata(metadata);
        var bodies = items.Select(item => item.ProtobufBytes).ToList();
        var length = checked((int)ProtobufFrames.ListLength(head, bodies.Select(body => body.Length)));
        var before = new System.Buffers.ArrayBufferWriter<byte>();
        ProtobufFrames.BeginEnvelope(before, kind, length);
        var output = await BeginAsync(request.Http, MediaTypes.Protobuf, before.WrittenCount + (long)length + ProtobufFrames.EnvelopeEndLength).ConfigureAwait(false);
        System.Buffers.BuffersExtensions.Write(output, before.WrittenSpan);
        ProtobufFrames.BeginList(output, head);
        foreach (var body in bodies)
        {
            ProtobufFrames.ListItem(output, body.Span);
            if (output.UnflushedBytes >= FlushEvery) await output.FlushAsync(request.Cancel).ConfigureAwait(false);
        }

        ProtobufFrames.EndEnvelope(output);
        await EndAsync(request.Http, output).ConfigureAwait(false);
    }

    /// <summary>Begins an answer whose length is known, though not all of it is there yet: nobody has to put it into chunks.</summary>
    private static async ValueTask<PipeWriter> BeginAsync(HttpContext http, string contentType, long length)
    {
        http.Response.StatusCode = 200;
        http.Response.ContentType = contentType;
        if (MayCompress(http, length)) return BeginBody(http, length);
        http.Response.ContentLength = length;

        // What is written before the head is, would be copied once more.
        await http.Response.StartAsync(http.RequestAborted).ConfigureAwait(false);
        return http.Response.BodyWriter;
    }

    // Kestrel does not flush the end of a body whose length it was told; what compresses flushes when it is completed.
    private static async ValueTask EndAsync(HttpContext http, PipeWriter body)
    {
        if (body == http.Response.BodyWriter) await body.FlushAsync(http.RequestAborted).ConfigureAwait(false);
        await body.CompleteAsync().ConfigureAwait(false);
    }

    private static JsonWriter Head(Registry.RegisteredResource resource, ListMeta metadata)
    {
        var writer = new JsonWriter();
        writer.BeginObject();
        writer.Name("kind");
        writer.String(resource.ListKind);
        writer.Name("apiVersion");
        writer.String(resource.Kind.ApiVersion);
        writer.Name("metadata");
        metadata.WriteJson(writer);
        writer.Name("items");
        writer.BeginList();
        return writer;
    }

    private static ResourceList<PartialObjectMetadata> MetadataList(IEnumerable<IAnswerObject> items, ListMeta metadata, string version) => new()
    {
        ApiVersion = $"meta.k8s.io/{version}",
        Kind = "PartialObjectMetadataList",
        Metadata = metadata,
        Items = items.Select(item => TableAnswer.Metadata(item.Object, version)).ToApiList(),
    };
}
