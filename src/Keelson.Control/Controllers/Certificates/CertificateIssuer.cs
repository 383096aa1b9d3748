using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Keelson.Api;
using Keelson.Api.Certificates.V1;

namespace Keelson.Control.Controllers.Certificates;

/// <summary>Signs what a request asks for with the cluster's authority.</summary>
internal static class CertificateIssuer
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private const int SerialLength = 16;

    /// <summary>How long certificates are valid at most; a year, as upstream.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    /// <summary>How long certificates are valid from before now, for clocks that differ.</summary>
    private static readonly TimeSpan Backdate = TimeSpan.FromMinutes(5);

    public static Bytes Issue(X509Certificate2 authority, CertificateSigningRequest request, RequestContent content, DateTimeOffset now)
    {
        var wanted = new CertificateRequest(content.Request.SubjectName, content.Request.PublicKey, HashAlgorithmName.SHA256);
        wanted.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        var usage = X509KeyUsageFlags.DigitalSignature | (request.Spec.Usages.Contains(KeyUsage.UsageKeyEncipherment) ? X509KeyUsageFlags.KeyEncipherment : X509KeyUsageFlags.None);
        wanted.CertificateExtensions.Add(new X509KeyUsageExtension(usage, true));
        var purpose = request.Spec.Usages.Contains(KeyUsage.UsageServerAuth) ? ServerAuthentication : ClientAuthentication;
        wanted.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], false));
        if (content.Alternatives is { } alternatives) wanted.CertificateExtensions.Add(alternatives);
        wanted.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        var lifetime = request.Spec.ExpirationSeconds is { } seconds && TimeSpan.FromSeconds(seconds) < Longest ? TimeSpan.FromSeconds(seconds) : Longest;
        var (from, to) = (Later(now - Backdate, authority.NotBefore), Earlier(now + lifetime, authority.NotAfter));
        // A request is signed once, so what it and its key hash to is a number that no other certificate has.
        var serial = SHA256.HashData([.. request.Spec.Request.Span, .. System.Text.Encoding.UTF8.GetBytes(request.Metadata.Uid)]).AsSpan(0, SerialLength).ToArray();
        serial[0] = (byte)(serial[0] & 0x7f | 0x40);
        using var signed = wanted.Create(authority.SubjectName, Generator(authority), from, to, serial);
        return Bytes.FromUtf8(signed.ExportCertificatePem() + "\n");
    }

    private static X509SignatureGenerator Generator(X509Certificate2 authority)
    {
        if (authority.GetECDsaPrivateKey() is { } curve) return X509SignatureGenerator.CreateForECDsa(curve);
        return authority.GetRSAPrivateKey() is { } key
            ? X509SignatureGenerator.CreateForRSA(key, RSASignaturePadding.Pkcs1)
            : throw new InvalidOperationException("The authority's certificate comes without a key that can sign.");
    }

    private static DateTimeOffset Later(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;

    private static DateTimeOffset Earlier(DateTimeOffset left, DateTimeOffset right) => left < right ? left : right;
}
