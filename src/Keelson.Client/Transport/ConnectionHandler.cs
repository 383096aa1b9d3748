using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Keelson.Client.Configuration;

namespace Keelson.Client.Transport;

/// <summary>Makes the connections to a server: pooled, HTTP/2 where the server speaks it, with pings that find dead ones.</summary>
internal static class ConnectionHandler
{
    public static SocketsHttpHandler Create(ClientConfiguration configuration, CredentialSource credentials)
    {
        var handler = new SocketsHttpHandler
        {
            // A name may lead elsewhere after a while; what is open and busy stays.
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(90),
            ConnectTimeout = TimeSpan.FromSeconds(30),
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
        };
        if (configuration.Proxy is { } proxy) handler.Proxy = new WebProxy(proxy);
        if (configuration.Server.Scheme == Uri.UriSchemeHttps) handler.SslOptions = Tls(configuration, credentials);
        return handler;
    }

    private static SslClientAuthenticationOptions Tls(ClientConfiguration configuration, CredentialSource credentials)
    {
        var options = new SslClientAuthenticationOptions();
        if (configuration.SkipTlsVerify)
        {
#pragma warning disable CA5359 // The configuration asks for it in so many words: insecure-skip-tls-verify.
            options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (configuration.CertificateAuthority is { } authority)
        {
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(Authorities(authority));
        }

        if (configuration.ClientCertificate is { } certificate)
        {
            var pem = certificate.Read();
            var own = CredentialSource.LoadCertificate(pem, configuration.ClientKey!.Read(), certificate.ToString());
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(pem);
            options.ClientCertificateContext = SslStreamCertificateContext.Create(own, chain, offline: true);
        }
        else if (configuration.Exec is not null)
        {
            // Null means no certificate; the callback's type does not say so.
            options.LocalCertificateSelectionCallback = (_, _, _, _, _) => credentials.Certificate!;
        }

        return options;
    }

    private static X509Certificate2Collection Authorities(PemSource source)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPem(source.Read());
        }
        catch (CryptographicException broken)
        {
            throw new ConfigurationException($"certificate-authority {source}: {broken.Message}", broken);
        }

        return authorities.Count > 0 ? authorities : throw new ConfigurationException($"certificate-authority {source} holds no certificate in PEM");
    }
}
