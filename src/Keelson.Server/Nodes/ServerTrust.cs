using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Keelson.Api;

namespace Keelson.Server.Nodes;

/// <summary>Decides whether a server that is asked is believed.</summary>
internal static class ServerTrust
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>Whether one of the authorities, written as PEM, stands behind the certificate; its name has been checked.</summary>
    /// <param name="sent">What the server sent along with its certificate.</param>
    public static bool IsBelieved(Bytes authorities, X509Certificate? certificate, X509Chain? sent, SslPolicyErrors errors, TimeProvider time)
    {
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)) return false;
        var trusted = new X509Certificate2Collection();
        trusted.ImportFromPem(authorities.ToUtf8());
        using var shown = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(trusted);
        if (sent is not null) chain.ChainPolicy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = time.GetUtcNow().UtcDateTime;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        var isBelieved = chain.Build(shown);
        foreach (var item in trusted) item.Dispose();
        return isBelieved;
    }
}
