using System.Net;
using Keelson.Api.Json;
using Keelson.Api.Meta.V1;
using Keelson.Api;
using Keelson.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Audit;

/// <summary>Writes what is known of a request as an Event of audit.k8s.io/v1: one JSON object without line breaks.</summary>
internal static class AuditEvent
{
    /// <summary>How much of what a client calls itself is written down; default 1024 letters, as upstream.</summary>
    private const int MaxUserAgent = 1024;

    public static byte[] Write(AuditRecord record, AuditStage stage, DateTimeOffset now)
    {
        var facts = RequestFacts.Of(record.Http);
        using var json = new JsonWriter();
        json.BeginObject();
        Text(json, "kind", "Event");
        Text(json, "apiVersion", "audit.k8s.io/v1");
        Text(json, "level", record.Terms.Level.ToString());
        Text(json, "auditID", facts.AuditId);
        Text(json, "stage", stage.ToString());
        Text(json, "requestURI", record.Http.Request.Path.Value + record.Http.Request.QueryString.Value);
        Text(json, "verb", facts.Info.Verb);
        json.Name("user");
        record.User.WriteJson(json);
        if (!ReferenceEquals(facts.User, record.User))
        {
            json.Name("impersonatedUser");
            facts.User.WriteJson(json);
        }

        WriteClient(json, record.Http);
        if (facts.Info.IsResource) WriteReference(json, facts.Info, record);
        if (stage != AuditStage.RequestReceived) WriteOutcome(json, record, stage);
        Text(json, "requestReceivedTimestamp", MicroTime.FromDateTimeOffset(record.Received).ToString());
        Text(json, "stageTimestamp", MicroTime.FromDateTimeOffset(stage == AuditStage.RequestReceived ? record.Received : now).ToString());
        WriteAnnotations(json, record.Annotations);
        json.EndObject();
        return json.ToArray();
    }

    private static void WriteClient(JsonWriter json, HttpContext http)
    {
        var addresses = Addresses(http);
        if (addresses.Count > 0)
        {
            json.Name("sourceIPs");
            json.BeginList();
            foreach (var address in addresses) json.String(address);
            json.EndList();
        }

        var agent = http.Request.Headers.UserAgent.ToString();
        if (agent.Length > 0) Text(json, "userAgent", agent.Length > MaxUserAgent ? agent[..MaxUserAgent] + "...TRUNCATED" : agent);
    }

    // All but the last can be made up by the client.
    private static List<string> Addresses(HttpContext http)
    {
        var addresses = http.Request.Headers["X-Forwarded-For"].ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Append(http.Request.Headers["X-Real-Ip"].ToString())
            .Select(text => IPAddress.TryParse(text, out var address) ? address.ToString() : "").Where(text => text.Length > 0).Distinct().ToList();
        if (http.Connection.RemoteIpAddress is not { } remote) return addresses;
        var last = (remote.IsIPv4MappedToIPv6 ? remote.MapToIPv4() : remote).ToString();
        if (addresses.Count == 0 || addresses[^1] != last) addresses.Add(last);
        return addresses;
    }

    private static void WriteReference(JsonWriter json, RequestInfo info, AuditRecord record)
    {
        json.Name("objectRef");
        json.BeginObject();
        Some(json, "resource", info.Resource);
        Some(json, "namespace", info.Namespace.Length > 0 ? info.Namespace : record.Sent?.Namespace ?? "");
        Some(json, "name", info.Name.Length > 0 ? info.Name : record.Sent?.Name ?? "");
        Some(json, "uid", record.Sent?.Uid ?? "");
        Some(json, "apiGroup", info.Group);
        Some(json, "apiVersion", info.Version);
        Some(json, "resourceVersion", record.Sent?.ResourceVersion ?? "");
        Some(json, "subresource", info.Subresource);
        json.EndObject();
    }

    private static void WriteOutcome(JsonWriter json, AuditRecord record, AuditStage stage)
    {
        json.Name("responseStatus");
        StatusOf(record).WriteJson(json);
        Raw(json, "requestObject", record.RequestObject);
        if (stage == AuditStage.ResponseComplete) Raw(json, "responseObject", record.ResponseObject);
    }

    private static Status StatusOf(AuditRecord record)
    {
        if (record.Answer is { } answer) return answer with { ApiVersion = "", Kind = "" };
        return record.Http.Response.HasStarted || record.Http.Response.StatusCode != 200
            ? new Status { Code = record.Http.Response.StatusCode }
            : new Status { StatusValue = "Success", Code = 200, Message = "Connection closed early" };
    }

    private static void WriteAnnotations(JsonWriter json, IReadOnlyList<KeyValuePair<string, string>> annotations)
    {
        if (annotations.Count == 0) return;
        json.Name("annotations");
        json.BeginObject();
        foreach (var (key, value) in annotations) Text(json, key, value);
        json.EndObject();
    }

    private static void Text(JsonWriter json, string name, string value)
    {
        json.Name(name);
        json.String(value);
    }

    private static void Some(JsonWriter json, string name, string value)
    {
        if (value.Length > 0) Text(json, name, value);
    }

    private static void Raw(JsonWriter json, string name, ReadOnlyMemory<byte> value)
    {
        if (value.IsEmpty) return;
        json.Name(name);
        json.Literal(value.Span);
    }
}
