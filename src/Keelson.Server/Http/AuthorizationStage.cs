using Keelson.Server.Access;
using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Http;

/// <summary>Lets pass what is allowed.</summary>
internal sealed class AuthorizationStage(IAuthorizer authorizer) : IStage
{
    public async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        var facts = RequestFacts.Of(http);
        var decision = await authorizer.AuthorizeAsync(facts.User, facts.Info, http.RequestAborted).ConfigureAwait(false);
        if (Audit.AuditRecord.Of(http) is { } record)
        {
            record.Annotate("authorization.k8s.io/decision", decision.IsAllowed ? "allow" : "forbid");
            record.Annotate("authorization.k8s.io/reason", decision.Reason);
        }

        if (!decision.IsAllowed) throw Refusals.Of(facts.User, facts.Info, decision.Reason);
        await next(http).ConfigureAwait(false);
    }
}
