using System.Security.Cryptography;
using System.Text;
using Keelson.Api.Authentication.V1;
using Keelson.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Access;

/// <summary>Knows the bearers of tokens that the server was started with.</summary>
internal sealed class BearerTokenAuthenticator(IReadOnlyDictionary<string, UserInfo> tokens) : IAuthenticator
{
    private const string Scheme = "Bearer ";

    public ValueTask<UserInfo?> AuthenticateAsync(HttpContext http, CancellationToken cancel)
    {
        var header = http.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return default;
        var given = SHA256.HashData(Encoding.UTF8.GetBytes(header[Scheme.Length..].Trim()));
        foreach (var (token, user) in tokens)
        {
            // Hashes are compared in constant time, so that answers don't tell how much of a guess was right.
            if (CryptographicOperations.FixedTimeEquals(given, SHA256.HashData(Encoding.UTF8.GetBytes(token)))) return new(user);
        }

        throw Failures.Unauthorized();
    }
}
