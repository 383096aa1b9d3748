using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Keelson.Rpc.Client;

/// <summary>One server of a channel: its connections, and how it has fared lately.</summary>
internal sealed class Endpoint(string text, Uri address, HttpMessageInvoker http) : IDisposable
{
    private const int MaxFailuresCounted = 30;

    public Uri Address { get; } = address;

    public HttpMessageInvoker Http { get; } = http;

    /// <summary>Failures since the last success.</summary>
    public int Failures { get; private set; }

    /// <summary>When it may be tried again, on the channel's clock.</summary>
    public long NotBefore { get; private set; }

    public static Endpoint Create(string text, RpcChannelOptions options)
    {
        var (address, socketPath) = Parse(text, options.Tls is not null);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = options.ConnectTimeout,
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = options.KeepAliveDelay,
            KeepAlivePingTimeout = options.KeepAliveTimeout,
            // A server may punish probes of a connection that carries no call.
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        };
        if (socketPath is not null)
        {
            handler.ConnectCallback = async (_, cancel) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancel).ConfigureAwait(false);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            };
        }

        if (options.Tls is { } tls) handler.SslOptions = SslOptions(tls);
        return new(text, address, new HttpMessageInvoker(handler));
    }

    public void Succeeded()
    {
        Failures = 0;
        NotBefore = 0;
    }

    public void Failed(long notBefore)
    {
        Failures = Math.Min(Failures + 1, MaxFailuresCounted);
        NotBefore = notBefore;
    }

    public void Dispose() => Http.Dispose();

    public override string ToString() => text;

    private static (Uri Address, string? SocketPath) Parse(string text, bool tls)
    {
        if (text.StartsWith("unix:", StringComparison.Ordinal))
        {
            var path = text["unix:".Length..];
            if (path.StartsWith("//", StringComparison.Ordinal)) path = path[2..];
            if (path.Length == 0) throw new ArgumentException($"The endpoint \"{text}\" names no socket.", nameof(text));
            return (new Uri("http://localhost"), path);
        }

        var withScheme = text.Contains("://", StringComparison.Ordinal) ? text : (tls ? "https://" : "http://") + text;
        if (!Uri.TryCreate(withScheme, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new ArgumentException($"The endpoint \"{text}\" is neither http://host:port, https://host:port nor unix:/path.", nameof(text));
        return (address, null);
    }

    private static SslClientAuthenticationOptions SslOptions(RpcTls tls)
    {
        var ssl = new SslClientAuthenticationOptions { TargetHost = tls.ServerName };
        if (tls.TrustedRoots is { } roots)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(roots);
            ssl.CertificateChainPolicy = policy;
        }

        if (tls.ClientCertificate is { } certificate) ssl.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true);
        return ssl;
    }
}
