using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Keelson.Server.Access;
using Keelson.Server.Serving;

namespace Keelson.Server.Nodes;

/// <summary>The connections to kubelets and workloads, kept open between requests; made when they are first needed.</summary>
internal sealed class NodeConnections(NodeAccess access, CertificateAuthority? authority, TimeProvider time) : IDisposable
{
    /// <summary>Who the server is to kubelets, as upstream.</summary>
    private const string User = "kube-apiserver-kubelet-client";

    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>How long a connection that nobody uses is kept; default 90 seconds, as upstream.</summary>
    private static readonly TimeSpan KeepIdle = TimeSpan.FromSeconds(90);

    /// <summary>How long before its end the server's own certificate is replaced.</summary>
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    private readonly Lock _making = new();
    private HttpMessageInvoker? _kubelets;
    private HttpMessageInvoker? _unverified;
    private HttpMessageInvoker? _workloads;
    private X509Certificate2? _identity;

    public NodeAccess Access => access;

    /// <summary>To kubelets, whose certificates are checked unless the server was told otherwise.</summary>
    public HttpMessageInvoker Kubelets
    {
        get { lock (_making) return _kubelets ??= Create(access.VerifiesKubelets ? IsKubelet : AnyOne, identified: true); }
    }

    /// <summary>To kubelets whose certificates the client of a request does not want checked.</summary>
    public HttpMessageInvoker UnverifiedKubelets
    {
        get { lock (_making) return _unverified ??= Create(AnyOne, identified: true); }
    }

    /// <summary>To pods and services: nothing is known of their certificates, and they learn nothing of the server.</summary>
    public HttpMessageInvoker Workloads
    {
        get { lock (_making) return _workloads ??= Create(AnyOne, identified: false); }
    }

    public void Dispose()
    {
        lock (_making)
        {
            _kubelets?.Dispose();
            _unverified?.Dispose();
            _workloads?.Dispose();
            _identity?.Dispose();
        }
    }

    private static bool AnyOne(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => true;

    private bool IsKubelet(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null || authority is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)) return false;
        using var trusted = X509CertificateLoader.LoadCertificate(authority.Certificate.RawData);
        using var shown = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.Add(trusted);
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        own.ChainPolicy.DisableCertificateDownloads = true;
        own.ChainPolicy.VerificationTime = time.GetUtcNow().UtcDateTime;
        own.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        return own.Build(shown);
    }

    private HttpMessageInvoker Create(RemoteCertificateValidationCallback verify, bool identified)
    {
        var secure = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = verify };
        if (identified && authority is not null) secure.LocalCertificateSelectionCallback = (_, _, _, _, _) => Identity();
        return new HttpMessageInvoker(
            new SocketsHttpHandler
            {
                ConnectCallback = async (context, cancel) => await access.Dial(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancel).ConfigureAwait(false),
                ConnectTimeout = access.ConnectTimeout,
                PooledConnectionIdleTimeout = KeepIdle,
                SslOptions = secure,
                AllowAutoRedirect = false,
                AutomaticDecompression = DecompressionMethods.None,
                UseCookies = false,
                UseProxy = false,
                ActivityHeadersPropagator = null,
            },
            disposeHandler: true);
    }

    private X509Certificate2 Identity()
    {
        lock (_making)
        {
            // The one before may be in use by a handshake under way, so it is left to the collector.
            if (_identity is null || _identity.NotAfter.ToUniversalTime() - RenewBefore < time.GetUtcNow().UtcDateTime)
            {
                _identity = authority!.IssueClient(User, [KnownUsers.Superusers], time);
            }

            return _identity;
        }
    }
}
