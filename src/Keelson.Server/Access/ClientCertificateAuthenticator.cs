using System.Runtime.CompilerServices;
using System.Security.Cryptography;
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

    /// <summary>The part of a name that holds the user's uid, by a number of Kubernetes' own.</summary>
    private const string UserId = "1.3.6.1.4.1.57683.2";

    private const string Credential = "authentication.kubernetes.io/credential-id";

    /// <summary>How long a certificate that is not trusted stays so without another look; default one minute. It may not be valid yet.</summary>
    private static readonly TimeSpan DistrustFor = TimeSpan.FromMinutes(1);

    // A connection has one certificate object for all its requests, and to verify it costs more than most requests.
    private readonly ConditionalWeakTable<X509Certificate2, Verdict> _known = [];

    public ValueTask<UserInfo?> AuthenticateAsync(HttpContext http, CancellationToken cancel) =>
        http.Connection.ClientCertificate is { } certificate ? new(Decide(http, certificate)) : AskAsync(http, cancel);

    private async ValueTask<UserInfo?> AskAsync(HttpContext http, CancellationToken cancel) =>
        await http.Connection.GetClientCertificateAsync(cancel).ConfigureAwait(false) is { } certificate ? Decide(http, certificate) : null;

    private UserInfo? Decide(HttpContext http, X509Certificate2 certificate)
    {
        var now = time.GetUtcNow();
        if (!_known.TryGetValue(certificate, out var known) || now > known.Until)
        {
            var isTrusted = IsTrusted(certificate, authority, time);
            var end = certificate.NotAfter < authority.NotAfter ? certificate.NotAfter : authority.NotAfter;
            known = new Verdict(isTrusted, isTrusted ? Read(certificate) : null, isTrusted ? end : now + DistrustFor);
            _known.AddOrUpdate(certificate, known);
        }

        // One that has run out or that somebody else signed is false evidence, unless there is a token besides.
        return known.IsTrusted || http.Request.Headers.Authorization.Count > 0 ? known.User : throw Http.Failures.Unauthorized();
    }

    /// <summary>Whether the authority has signed the certificate, for a client, and it is valid now.</summary>
    public static bool IsTrusted(X509Certificate2 certificate, X509Certificate2 authority, TimeProvider time)
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
        var (name, uid) = ("", "");
        var groups = new ApiListBuilder<string>();
        foreach (var part in certificate.SubjectName.EnumerateRelativeDistinguishedNames())
        {
            if (part.HasMultipleElements) continue;
            var type = part.GetSingleElementType().Value;
            if (type == CommonName) name = part.GetSingleElementValue() ?? "";
            else if (type == UserId) uid = part.GetSingleElementValue() ?? "";
            else if (type == Organization) groups.Add(part.GetSingleElementValue() ?? "");
        }

        if (name.Length == 0) return null;
        groups.Add(KnownUsers.Authenticated);

        // By its digest, what a user did is traced to the one certificate.
        var extra = new Dictionary<string, ApiList<string>> { [Credential] = [$"X509SHA256={Convert.ToHexStringLower(SHA256.HashData(certificate.RawDataMemory.Span))}"] };
        return new UserInfo { Username = name, Uid = uid, Groups = groups.ToList(), Extra = extra };
    }

    /// <summary>Whom a certificate belongs to, null for nobody, and until when that holds.</summary>
    private sealed record Verdict(bool IsTrusted, UserInfo? User, DateTimeOffset Until);
}
