using System.Security.Cryptography.X509Certificates;
using Keelson.Api;
using Keelson.Api.Authentication.V1;
using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Access;

/// <summary>Knows who presents a certificate that the cluster's authority signed: the common name is the user, the organizations are the groups.</summary>
internal sealed class ClientCertificateAuthenticator(X509Certificate2 authority, TimeProvider time) : IAuthenticator
{
    private const string CommonName = "2.5.4.3";
    private const string Organization = "2.5.4.10";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    public async ValueTask<UserInfo?> AuthenticateAsync(HttpContext http, CancellationToken cancel)
    {
        var certificate = http.Connection.ClientCertificate ?? await http.Connection.GetClientCertificateAsync(cancel).ConfigureAwait(false);
        if (certificate is null) return null;
        if (IsTrusted(certificate)) return Read(certificate);

        // One that has run out or that somebody else signed is false evidence, unless there is a token besides.
        return http.Request.Headers.Authorization.Count > 0 ? null : throw Http.Failures.Unauthorized();
    }

    private bool IsTrusted(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = time.GetUtcNow().UtcDateTime;
        chain.ChainPolicy.ApplicationPolicy.Add(new System.Security.Cryptography.Oid(ClientAuthentication));
        return chain.Build(certificate);
    }

    private static UserInfo? Read(X509Certificate2 certificate)
    {
        var name = "";
        var groups = new ApiListBuilder<string>();
        foreach (var part in certificate.SubjectName.EnumerateRelativeDistinguishedNames())
        {
            if (part.HasMultipleElements) continue;
            var type = part.GetSingleElementType().Value;
            if (type == CommonName) name = part.GetSingleElementValue() ?? "";
            else if (type == Organization) groups.Add(part.GetSingleElementValue() ?? "");
        }

        if (name.Length == 0) return null;
        groups.Add(KnownUsers.Authenticated);
        return new UserInfo { Username = name, Groups = groups.ToList() };
    }
}
