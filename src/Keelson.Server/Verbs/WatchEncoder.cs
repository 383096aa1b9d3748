using System.Buffers;
using Keelson.Api;
using Keelson.Api.Json;
using Keelson.Api.Meta.V1;
using Keelson.Server.Cache;
using Keelson.Server.Http;
using Keelson.Server.Storing;

namespace Keelson.Server.Verbs;

/// <summary>Writes events as the client of one watch wants them.</summary>
internal sealed class WatchEncoder(ApiRequest request, TimeProvider time)
{
    private const string InitialEventsEnd = "k8s.io/initial-events-end";

    private readonly AcceptedForm _accept = request.Accept;
    private bool _columnsTold;

    public string ContentType => _accept.Encoding == WireFormat.Protobuf ? MediaTypes.Protobuf + ";stream=watch" : MediaTypes.Json;

    public void Event(IBufferWriter<byte> output, EventType type, CachedObject value)
    {
        var name = NameOf(type);
        if (_accept.Form == Form.Object)
        {
            if (_accept.Encoding == WireFormat.Protobuf) ProtobufFrames.WatchEvent(output, name, request.Resource.Kind, value.ProtobufBytes.Span);
            else Json(output, name, value.Json);
            return;
        }

        Kind(output, name, _accept.Form == Form.Metadata ? TableAnswer.Metadata(value.Object, _accept.Version) : Table([value], value.Revision));
    }

    /// <summary>Tells that everything up to a revision was sent.</summary>
    /// <param name="endsInitial">Whether with this all objects were sent that were there at the start.</param>
    public void Bookmark(IBufferWriter<byte> output, long revision, bool endsInitial)
    {
        var metadata = new ObjectMeta { ResourceVersion = StoredForm.Version(revision) };
        if (endsInitial) metadata = metadata with { Annotations = ApiMap<string>.From((InitialEventsEnd, "true")) };
        switch (_accept.Form)
        {
            case Form.Table:
                Kind(output, "BOOKMARK", Table([], revision));
                return;
            case Form.Metadata:
                Kind(output, "BOOKMARK", new PartialObjectMetadata { ApiVersion = $"meta.k8s.io/{_accept.Version}", Kind = "PartialObjectMetadata", Metadata = metadata });
                return;
        }

        using var writer = new JsonWriter();
        writer.BeginObject();
        writer.Name("kind");
        writer.String(request.Resource.Kind.Kind);
        writer.Name("apiVersion");
        writer.String(request.Resource.Kind.ApiVersion);
        writer.Name("metadata");
        metadata.WriteJson(writer);
        writer.EndObject();
        if (_accept.Encoding == WireFormat.Protobuf)
        {
            ProtobufFrames.WatchEvent(output, "BOOKMARK", request.Resource.Kind, ProtobufFrames.Body(request.Resource.ReadJson(writer.Written, new DecodeReport())));
        }
        else
        {
            Json(output, "BOOKMARK", writer.Written);
        }
    }

    /// <summary>Tells why the watch ends.</summary>
    public void Error(IBufferWriter<byte> output, Status status) => Kind(output, "ERROR", status);

    private Table Table(IEnumerable<CachedObject> items, long revision)
    {
        var table = TableAnswer.Of(
            request.Resource, items, new ListMeta { ResourceVersion = StoredForm.Version(revision) }, request.Options.IncludeObject, _accept.Version, time.GetUtcNow(), !_columnsTold);
        _columnsTold = true;
        return table;
    }

    private void Kind(IBufferWriter<byte> output, string type, IKind value)
    {
        if (_accept.Encoding != WireFormat.Protobuf)
        {
            Json(output, type, ApiJson.Encode(value));
            return;
        }

        using var writer = new Api.Protobuf.ProtoWriter();
        value.WriteProtobuf(writer);
        ProtobufFrames.WatchEvent(output, type, GroupVersionKind.Parse(value.ApiVersion, value.Kind)!.Value, writer.ToArray());
    }

    /// <summary>Whether an event is the object's JSON between <see cref="Begin(IBufferWriter{byte}, EventType)"/> and <see cref="End"/>.</summary>
    public bool IsPlain => _accept.Form == Form.Object && _accept.Encoding != WireFormat.Protobuf;

    public static void Begin(IBufferWriter<byte> output, EventType type) => Begin(output, NameOf(type));

    public static void End(IBufferWriter<byte> output) => output.Write("}\n"u8);

    private static string NameOf(EventType type) => type switch { EventType.Added => "ADDED", EventType.Modified => "MODIFIED", _ => "DELETED" };

    private static void Json(IBufferWriter<byte> output, string type, ReadOnlySpan<byte> json)
    {
        Begin(output, type);
        output.Write(json);
        End(output);
    }

    private static void Begin(IBufferWriter<byte> output, string type)
    {
        output.Write("{\"type\":\""u8);
        output.Advance(System.Text.Encoding.ASCII.GetBytes(type, output.GetSpan(type.Length)));
        output.Write("\",\"object\":"u8);
    }
}
