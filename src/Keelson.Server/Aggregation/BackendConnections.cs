using System.Net;
using System.Net.Security;
using System.Text;
using Keelson.Server.Nodes;
using Keelson.Server.Webhooks;

namespace Keelson.Server.Aggregation;

/// <summary>The connections to other API servers, kept open between requests.</summary>
internal sealed class BackendConnections(NodeAccess access, ServiceResolver resolver, FrontProxy identity, TimeProvider time) : IDisposable
{
    /// <summary>How many servers have connections kept for them; the oldest of more are made anew. Default 256.</summary>
    private const int MaxKept = 256;

    /// <summary>How long a connection that nobody uses is kept; default 90 seconds, as upstream.</summary>
    private static readonly TimeSpan KeepIdle = TimeSpan.FromSeconds(90);

    private readonly Lock _making = new();
    private readonly Dictionary<(WebhookService, BackendTrust), HttpMessageInvoker> _kept = [];
    private readonly Queue<(WebhookService, BackendTrust)> _order = [];

    /// <summary>Where a path of a service's server is; its name stands in the place of the host.</summary>
    public static Uri Address(WebhookService service, string pathAndQuery) => KubeletLocator.Address("https", $"{service.Name}.{service.Namespace}.svc", service.Port, pathAndQuery);

    public HttpMessageInvoker To(WebhookService service, BackendTrust trust)
    {
        lock (_making)
        {
            if (_kept.TryGetValue((service, trust), out var known)) return known;

            // One that is in use is left to the collector with its last request.
            if (_order.Count == MaxKept) _kept.Remove(_order.Dequeue());
            _order.Enqueue((service, trust));
            return _kept[(service, trust)] = Create(service, trust);
        }
    }

    public void Dispose()
    {
        lock (_making)
        {
            foreach (var invoker in _kept.Values) invoker.Dispose();
            _kept.Clear();
        }
    }

    private HttpMessageInvoker Create(WebhookService service, BackendTrust trust)
    {
        var secure = new SslClientAuthenticationOptions { TargetHost = $"{service.Name}.{service.Namespace}.svc", LocalCertificateSelectionCallback = (_, _, _, _, _) => identity.Identity()! };
        if (trust.Anybody) secure.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        else if (!trust.Authority.IsEmpty) secure.RemoteCertificateValidationCallback = (_, certificate, sent, errors) => ServerTrust.IsBelieved(trust.Authority, certificate, sent, errors, time);
        return new HttpMessageInvoker(
            new SocketsHttpHandler
            {
                ConnectCallback = async (_, cancel) =>
                {
                    var (host, port) = await resolver.ResolveAsync(service, cancel).ConfigureAwait(false);
                    return await access.Dial(host, port, cancel).ConfigureAwait(false);
                },
                ConnectTimeout = access.ConnectTimeout,
                PooledConnectionIdleTimeout = KeepIdle,
                SslOptions = secure,
                RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
                AllowAutoRedirect = false,
                AutomaticDecompression = DecompressionMethods.None,
                UseCookies = false,
                UseProxy = false,
                ActivityHeadersPropagator = null,
            },
            disposeHandler: true);
    }
}
