using Keelson.Api.Authentication.V1;
using Keelson.Server.Access;
using Keelson.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Tokens;

/// <summary>Knows service accounts by their tokens.</summary>
internal sealed class ServiceAccountAuthenticator(ServiceAccountTokens tokens) : IAuthenticator
{
    private const string Scheme = "Bearer ";

    public async ValueTask<UserInfo?> AuthenticateAsync(HttpContext http, CancellationToken cancel)
    {
        var header = http.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return null;
        var token = header[Scheme.Length..].Trim();
        if (!tokens.IsOurs(token)) return null;
        return await tokens.CheckAsync(token, ServiceAccountTokens.OwnAudiences, cancel).ConfigureAwait(false) is { } found ? found.User : throw Failures.Unauthorized();
    }
}
