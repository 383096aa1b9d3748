using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Keelson.Server.Serving.Connections;

/// <summary>On which terms connections are encrypted: made once, for all connections of a server.</summary>
internal sealed class TlsTerms
{
    /// <summary>How long a handshake may take; default 10 seconds, as in Kestrel.</summary>
    private static readonly TimeSpan DefaultHandshakeTimeout = TimeSpan.FromSeconds(10);

    private TlsTerms(SslServerAuthenticationOptions options, TimeProvider time)
    {
        Options = options;
        Time = time;
    }

    public SslServerAuthenticationOptions Options { get; }

    public TimeProvider Time { get; }

    public TimeSpan HandshakeTimeout { get; } = DefaultHandshakeTimeout;

    public static TlsTerms Create(X509Certificate2 certificate, TimeProvider time)
    {
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true),
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
            AllowRenegotiation = false,

            // Asked for and not demanded. Whom a certificate belongs to is for authentication to say; a false one is as good as none.
            ClientCertificateRequired = true,
            RemoteCertificateValidationCallback = static (_, _, _, _) => true,

            // Nothing that a client sends makes the server ask somebody else for certificates.
            CertificateChainPolicy = new X509ChainPolicy
            {
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
                TrustMode = X509ChainTrustMode.CustomRootTrust,
            },
        };

        // As upstream prefers them on processors that have instructions for them; elsewhere the system decides.
        if (OperatingSystem.IsLinux()) options.CipherSuitesPolicy = new CipherSuitesPolicy(Ciphers);
        return new TlsTerms(options, time);
    }

    private static readonly TlsCipherSuite[] Ciphers =
    [
        TlsCipherSuite.TLS_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    ];
}
