using Keelson.Api.Authentication.V1;
using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Access;

/// <summary>Says who a request within the process comes from; no request from outside has this feature.</summary>
internal sealed record InProcessUser(UserInfo User);

/// <summary>Trusts what the in-process handler says.</summary>
internal sealed class InProcessAuthenticator : IAuthenticator
{
    public ValueTask<UserInfo?> AuthenticateAsync(HttpContext http, CancellationToken cancel) => new(http.Features.Get<InProcessUser>()?.User);
}
