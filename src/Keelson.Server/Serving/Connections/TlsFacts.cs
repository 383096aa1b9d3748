using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Keelson.Server.Serving.Connections;

/// <summary>What a handshake agreed on, as the web server and authentication ask for it.</summary>
internal sealed class TlsFacts : ITlsConnectionFeature, ITlsApplicationProtocolFeature, ITlsHandshakeFeature
{
    private readonly SslStream _stream;

    public TlsFacts(SslStream stream)
    {
        _stream = stream;
        ApplicationProtocol = stream.NegotiatedApplicationProtocol.Protocol;
        ClientCertificate = stream.RemoteCertificate switch { null => null, X509Certificate2 known => known, var other => X509CertificateLoader.LoadCertificate(other.GetRawCertData()) };
    }

    /// <summary>One object for the connection's life, so that what was found out about it is remembered with it.</summary>
    public X509Certificate2? ClientCertificate { get; set; }

    public ReadOnlyMemory<byte> ApplicationProtocol { get; }

    public SslProtocols Protocol => _stream.SslProtocol;

    public TlsCipherSuite? NegotiatedCipherSuite => _stream.NegotiatedCipherSuite;

    public string HostName => _stream.TargetHostName;

    // The interface has them, obsolete as they are.
#pragma warning disable SYSLIB0058
    public CipherAlgorithmType CipherAlgorithm => _stream.CipherAlgorithm;

    public int CipherStrength => _stream.CipherStrength;

    public HashAlgorithmType HashAlgorithm => _stream.HashAlgorithm;

    public int HashStrength => _stream.HashStrength;

    public ExchangeAlgorithmType KeyExchangeAlgorithm => _stream.KeyExchangeAlgorithm;

    public int KeyExchangeStrength => _stream.KeyExchangeStrength;
#pragma warning restore SYSLIB0058

    public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult(ClientCertificate);
}
