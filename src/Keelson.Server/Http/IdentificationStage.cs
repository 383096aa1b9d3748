using Keelson.Server.Verbs;
using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Http;

/// <summary>Reads what the request asks for, and gives it an id that the client can quote.</summary>
internal sealed class IdentificationStage(ServerContext server) : IStage
{
    private const string Header = "Audit-Id";
    private const int MaxLength = 64;

    public Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        var given = http.Request.Headers[Header].ToString();
        var id = given.Length is > 0 and <= MaxLength && given.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-') ? given : server.NewUid();
        http.Features.Set(new RequestFacts { Info = RequestInfo.Of(http.Request), AuditId = id });
        http.Response.Headers[Header] = id;
        http.Response.Headers.CacheControl = "no-cache, private";
        return next(http);
    }
}
