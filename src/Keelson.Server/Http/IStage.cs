using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Http;

/// <summary>One step that every request takes on its way in.</summary>
internal interface IStage
{
    Task InvokeAsync(HttpContext http, RequestDelegate next);
}

/// <summary>What the stages found out about a request.</summary>
internal sealed class RequestFacts
{
    public required RequestInfo Info { get; init; }

    /// <summary>Names the request in logs and to its client.</summary>
    public required string AuditId { get; init; }

    /// <summary>Who it comes from; anonymous until the authentication has run.</summary>
    public Api.Authentication.V1.UserInfo User { get; set; } = Access.KnownUsers.Anonymous;

    public static RequestFacts Of(HttpContext http) => http.Features.Get<RequestFacts>() ?? throw new InvalidOperationException("the request was not identified");
}
