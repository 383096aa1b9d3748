using Keelson.Api.Authentication.V1;
using Keelson.Api.Patch.Apply;
using Keelson.Server.Registry;
using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Http;

/// <summary>A request for a resource that is served: what every verb's handler is given.</summary>
public sealed class ApiRequest
{
    public ApiRequest(HttpContext http, RequestInfo info, RegisteredResource resource, UserInfo user)
    {
        Http = http;
        Info = info;
        Resource = resource;
        User = user;
        Options = new QueryOptions(http.Request.Query);
        Accept = MediaTypes.Choose(http.Request.Headers.Accept, resource.KindInfo is not null, forms: !Verbs.Reviews.ReviewHandler.Resources.Contains(resource.QualifiedName))
            ?? (info.IsRelayed ? AcceptedForm.Json : null)
            ?? throw Failures.NotAcceptable(resource.KindInfo is null ? MediaTypes.ForCustomObjects : MediaTypes.ForObjects);
    }

    private WarningHeaders? _warnings;

    public HttpContext Http { get; }

    public RequestInfo Info { get; }

    public RegisteredResource Resource { get; }

    public UserInfo User { get; }

    public QueryOptions Options { get; }

    /// <summary>How the client wants the answer.</summary>
    public AcceptedForm Accept { get; }

    /// <summary>Ends when the client goes away or the server stops.</summary>
    public CancellationToken Cancel => Http.RequestAborted;

    /// <summary>The object that the path names.</summary>
    public Objects.ObjectName Name => new(Info.Namespace, Info.Name);

    /// <summary>Who the fields are owned by that the request writes.</summary>
    public string FieldManager
    {
        get
        {
            var name = ManagerName.Choose(Options.FieldManager, Http.Request.Headers.UserAgent);
            return ManagerName.Fits(name) ? name : throw Failures.BadRequest($"fieldManager: must be no more than {ManagerName.MaxLength} bytes");
        }
    }

    /// <summary>Notes something for whoever reads what was done; null where nothing is written down.</summary>
    public Action<string, string>? Annotate => Audit.AuditRecord.Of(Http) is { } record ? record.Annotate : null;

    /// <summary>The same for what says what is in objects; null where objects are not written down.</summary>
    public Action<string, string>? AnnotateObject => Audit.AuditRecord.Of(Http) is { Terms.Level: >= Audit.AuditLevel.Request } record ? record.AnnotateObject : null;

    /// <summary>Tells the client of something that it should know although the request works.</summary>
    public void Warn(string text) => (_warnings ??= new WarningHeaders(Http.Response.Headers)).Add(text);
}
