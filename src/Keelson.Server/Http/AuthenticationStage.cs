using Keelson.Server.Access;
using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Http;

/// <summary>Finds out who a request comes from; one without evidence is anonymous.</summary>
internal sealed class AuthenticationStage(IReadOnlyList<IAuthenticator> authenticators) : IStage
{
    public async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        var facts = RequestFacts.Of(http);
        foreach (var authenticator in authenticators)
        {
            if (await authenticator.AuthenticateAsync(http, http.RequestAborted).ConfigureAwait(false) is not { } user) continue;
            facts.User = user;
            break;
        }

        // Nothing further in sees the evidence.
        http.Request.Headers.Authorization = default;
        await next(http).ConfigureAwait(false);
    }
}
