using System.Text;
using Keelson.Api.Authentication.V1;
using Keelson.Api.Meta.V1;
using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Audit;

/// <summary>What is known so far of a request that is written down.</summary>
internal sealed class AuditRecord(HttpContext http, AuditTerms terms, UserInfo user, DateTimeOffset received, int maxObjectBytes)
{
    /// <summary>How many annotations an event may have, and how long one may be; others bring them. Default 128, and 4 kB.</summary>
    private const int MaxAnnotations = 128;

    private const int MaxAnnotation = 4096;

    private readonly Lock _writing = new();
    private readonly SortedDictionary<string, string> _annotations = new(StringComparer.Ordinal);

    public HttpContext Http => http;

    public AuditTerms Terms => terms;

    /// <summary>Who has asked, whoever he asked to be taken for.</summary>
    public UserInfo User => user;

    public DateTimeOffset Received => received;

    /// <summary>The object that the request is about, as far as the path does not say it.</summary>
    public ObjectMeta? Sent { get; private set; }

    public ReadOnlyMemory<byte> RequestObject { get; private set; }

    public ReadOnlyMemory<byte> ResponseObject { get; private set; }

    /// <summary>What the request was answered with, if that was a status.</summary>
    public Status? Answer { get; private set; }

    public IReadOnlyList<KeyValuePair<string, string>> Annotations
    {
        get
        {
            lock (_writing) return [.. _annotations];
        }
    }

    /// <summary>The record of a request; null if nothing of it is written down.</summary>
    public static AuditRecord? Of(HttpContext http) => http.Features.Get<AuditRecord>();

    /// <summary>Notes something for whoever reads the event; what is said first stays.</summary>
    public void Annotate(string key, string value)
    {
        lock (_writing)
        {
            if (_annotations.Count < MaxAnnotations) _annotations.TryAdd(key, value.Length > MaxAnnotation ? value[..MaxAnnotation] : value);
        }
    }

    /// <summary>Notes what was done to an object, as JSON, which is no use when it is cut: it may be as long as an object, or is left out.</summary>
    public void AnnotateObject(string key, string json)
    {
        if (Encoding.UTF8.GetByteCount(json) > maxObjectBytes)
        {
            Annotate("audit.k8s.io/truncated", "true");
            return;
        }

        lock (_writing)
        {
            if (_annotations.Count < MaxAnnotations) _annotations.TryAdd(key, json);
        }
    }

    /// <summary>Notes the object in the body of a request.</summary>
    public void Sends(ObjectMeta? metadata, Func<ReadOnlyMemory<byte>> json)
    {
        Sent ??= metadata;
        if (terms.Level >= AuditLevel.Request && RequestObject.IsEmpty) RequestObject = Fitting(json());
    }

    /// <summary>Notes what a request is answered with.</summary>
    public void Answers(Func<ReadOnlyMemory<byte>> json)
    {
        if (terms.Level >= AuditLevel.RequestResponse && ResponseObject.IsEmpty) ResponseObject = Fitting(json());
    }

    public void Answers(Status status) => Answer = status;

    private ReadOnlyMemory<byte> Fitting(ReadOnlyMemory<byte> json)
    {
        if (json.Length > maxObjectBytes)
        {
            Annotate("audit.k8s.io/truncated", "true");
            return default;
        }

        return terms.OmitsManagedFields ? ManagedFieldRemoval.From(json) : json;
    }
}
