using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Keelson.Server.Serving;

/// <summary>The cluster's own authority: signs the certificates of its server and its clients. Keys are on the P-256 curve.</summary>
public sealed class CertificateAuthority : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string FrontProxyName = "front-proxy-ca";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <summary>How long certificates are valid from before now, for clocks that differ.</summary>
    private static readonly TimeSpan Backdate = TimeSpan.FromHours(1);

    private static readonly TimeSpan AuthorityLifetime = TimeSpan.FromDays(3650);
    private static readonly TimeSpan LeafLifetime = TimeSpan.FromDays(365);

    private CertificateAuthority(X509Certificate2 certificate) => Certificate = certificate;

    /// <summary>The authority's certificate with its key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The certificate that clients trust, without the key.</summary>
    public string CertificatePem => Certificate.ExportCertificatePem();

    public static CertificateAuthority Create(TimeProvider time) => Create("keelson-ca", time);

    /// <summary>The authority by whose certificates servers know that a request comes through the API server.</summary>
    public static CertificateAuthority CreateFrontProxy(TimeProvider time) => Create(FrontProxyName, time);

    private static CertificateAuthority Create(string name, TimeProvider time)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign | X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var now = time.GetUtcNow();
        return new CertificateAuthority(request.CreateSelfSigned(now - Backdate, now + AuthorityLifetime));
    }

    /// <summary>The authority that was saved in a folder, or a new one that is saved there.</summary>
    public static CertificateAuthority LoadOrCreate(string folder, TimeProvider time) => LoadOrCreate(folder, "ca", "keelson-ca", time);

    /// <summary>The front proxy's authority that was saved in a folder beside the cluster's, or a new one that is saved there.</summary>
    public static CertificateAuthority LoadOrCreateFrontProxy(string folder, TimeProvider time) => LoadOrCreate(folder, "front-proxy-ca", FrontProxyName, time);

    private static CertificateAuthority LoadOrCreate(string folder, string file, string name, TimeProvider time)
    {
        var (certificate, key) = (Path.Combine(folder, file + ".crt"), Path.Combine(folder, file + ".key"));
        if (File.Exists(certificate) && File.Exists(key)) return new CertificateAuthority(X509Certificate2.CreateFromPemFile(certificate, key));
        var created = Create(name, time);
        Directory.CreateDirectory(folder);
        using var secret = created.Certificate.GetECDsaPrivateKey()!;
        SecretFile.Write(key, secret.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(certificate, created.CertificatePem);
        return created;
    }

    /// <summary>A certificate by which clients know a server that they reach under these names and addresses.</summary>
    public X509Certificate2 IssueServer(string name, IEnumerable<string> names, IEnumerable<IPAddress> addresses, TimeProvider time)
    {
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var alternative in names) alternatives.AddDnsName(alternative);
        foreach (var address in addresses) alternatives.AddIpAddress(address);
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName(name);
        return Issue(subject.Build(), ServerAuthentication, alternatives.Build(), time);
    }

    /// <summary>A certificate by which the server knows a user in groups.</summary>
    public X509Certificate2 IssueClient(string user, IEnumerable<string> groups, TimeProvider time)
    {
        var subject = new X500DistinguishedNameBuilder();
        foreach (var group in groups) subject.AddOrganizationName(group);
        subject.AddCommonName(user);
        return Issue(subject.Build(), ClientAuthentication, null, time);
    }

    public void Dispose() => Certificate.Dispose();

    private X509Certificate2 Issue(X500DistinguishedName subject, string purpose, X509Extension? alternatives, TimeProvider time)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], false));
        if (alternatives is not null) request.CertificateExtensions.Add(alternatives);
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, true, false));
        var now = time.GetUtcNow();
        var end = now + LeafLifetime;
        if (end > Certificate.NotAfter) end = Certificate.NotAfter;

        // A key is never used twice, so its hash is a serial number that no other certificate has.
        var serial = SHA256.HashData(request.PublicKey.EncodedKeyValue.RawData).AsSpan(0, 16).ToArray();
        serial[0] &= 0x7f;
        using var signed = request.Create(Certificate, now - Backdate < Certificate.NotBefore ? Certificate.NotBefore : now - Backdate, end, serial);
        return signed.CopyWithPrivateKey(key);
    }
}
