using System.Security.Cryptography.X509Certificates;
using Keelson.Api;
using Keelson.Api.Authentication.V1;
using Keelson.Server.Aggregation;
using Keelson.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Access;

/// <summary>Believes a front proxy, which shows a certificate of an authority of its own, whose requests it passes on.</summary>
internal sealed class RequestHeaderAuthenticator(X509Certificate2 authority, TimeProvider time) : IAuthenticator
{
    public async ValueTask<UserInfo?> AuthenticateAsync(HttpContext http, CancellationToken cancel)
    {
        var headers = http.Request.Headers;
        var name = headers[FrontProxy.UserHeader].ToString();
        if (name.Length == 0) return null;
        var certificate = http.Connection.ClientCertificate ?? await http.Connection.GetClientCertificateAsync(cancel).ConfigureAwait(false);
        if (certificate is null || !ClientCertificateAuthenticator.IsTrusted(certificate, authority, time)) return null;
        if (certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false) != FrontProxy.ClientName) throw Failures.Unauthorized();
        var groups = headers[FrontProxy.GroupHeader].OfType<string>().Where(group => group.Length > 0).ToList();
        if (!groups.Contains(KnownUsers.Authenticated) && name != KnownUsers.Anonymous.Username) groups.Add(KnownUsers.Authenticated);
        var extra = new Dictionary<string, ApiList<string>>(StringComparer.Ordinal);
        foreach (var (header, values) in headers)
        {
            if (!header.StartsWith(FrontProxy.ExtraPrefix, StringComparison.OrdinalIgnoreCase)) continue;
            extra[FrontProxy.Unescape(header[FrontProxy.ExtraPrefix.Length..].ToLowerInvariant())] = values.OfType<string>().ToApiList();
        }

        return new UserInfo { Username = name, Uid = headers[FrontProxy.UidHeader].ToString(), Groups = groups.ToApiList(), Extra = extra };
    }
}
