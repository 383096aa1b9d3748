using Keelson.Api.Authentication.V1;
using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Access;

/// <summary>Finds out who a request comes from by one kind of evidence.</summary>
public interface IAuthenticator
{
    /// <summary>Who it is, or null where the request has no evidence of this kind.</summary>
    /// <exception cref="Http.ApiException">There is evidence, and it is false.</exception>
    ValueTask<UserInfo?> AuthenticateAsync(HttpContext http, CancellationToken cancel);
}

/// <summary>Users and groups that the server itself knows of.</summary>
public static class KnownUsers
{
    public const string Superusers = "system:masters";
    public const string Authenticated = "system:authenticated";
    public const string Unauthenticated = "system:unauthenticated";

    public static UserInfo Anonymous { get; } = new() { Username = "system:anonymous", Groups = [Unauthenticated] };

    /// <summary>Parts of the same process.</summary>
    public static UserInfo Loopback { get; } = new() { Username = "system:apiserver", Groups = [Superusers, Authenticated] };

    /// <summary>The server where it writes what every cluster has. It is known by being this very object, so that nobody can pass for it.</summary>
    internal static UserInfo Itself { get; } = new() { Username = "system:apiserver", Groups = [Superusers, Authenticated] };
}
