using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Keelson.Server.Objects;
using Keelson.Server.Serving.Connections;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace Keelson.Server.Serving;

/// <summary>Listens with Kestrel: HTTPS with HTTP/1.1 and HTTP/2, certificates of clients welcome.</summary>
internal sealed class HttpsListener(ApiServerOptions options, CertificateAuthority authority) : IAsyncDisposable
{
    /// <summary>Requests that one HTTP/2 connection may have open; default 250, as upstream.</summary>
    private const int MaxStreams = 250;

    /// <summary>The longest request line, and the longest of all headers together; default 256 KiB, as selectors stand there. Upstream: 1 MiB.</summary>
    private const int MaxHeadBytes = 256 * 1024;

    /// <summary>How often the system asks a silent connection before it is given up, within the time that an answer may take; default 4.</summary>
    private const int Probes = 4;

    // Of TCP on Linux, which .NET has no name for: how long what was sent may go without being acknowledged, in milliseconds.
    private const int TcpLevel = 6;
    private const int TcpUserTimeout = 18;

    private static readonly string[] Names =
        ["localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"];

    private WebApplication? _app;
    private X509Certificate2? _certificate;

    /// <summary>Where clients reach the server, once it has started.</summary>
    public Uri? Address { get; private set; }

    public async Task StartAsync(RequestDelegate pipeline, CancellationToken cancel)
    {
        var listen = options.Listen!;
        var sockets = options.Sockets.ToDictionary(socket => socket.LocalEndPoint ?? throw new ArgumentException("a socket to listen on is not bound"));
        _certificate = authority.IssueServer(
            "kube-apiserver", [.. Names, .. options.Names], [IPAddress.Loopback, IPAddress.IPv6Loopback, listen.Address, options.ServiceRanges.First, .. MoreAddresses()], options.Time);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            Configure(kestrel, listen);
            foreach (var endpoint in sockets.Keys) Configure(kestrel, (IPEndPoint)endpoint);
        });

        // The last one that is registered is the one that Kestrel listens with.
        var terms = TlsTerms.Create(_certificate, options.Time);
        builder.Services.AddSingleton<IConnectionListenerFactory>(new TlsTransport(terms, endpoint => Watched(sockets.TryGetValue(endpoint, out var socket) ? socket : SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint))));
        _app = builder.Build();
        _app.Run(pipeline);
        await _app.StartAsync(cancel).ConfigureAwait(false);
        var bound = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

        // Kestrel does not know that its connections are encrypted before it gets them.
        Address = new UriBuilder(bound) { Scheme = Uri.UriSchemeHttps }.Uri;
    }

    public Task StopAsync(CancellationToken cancel) => _app?.StopAsync(cancel) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync().ConfigureAwait(false);
        _certificate?.Dispose();
    }

    // What it accepts inherits the settings: a peer that is gone without a word is noticed, and its watches end.
    private Socket Watched(Socket socket)
    {
        var limits = options.Limits;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, (int)limits.PingAfter.TotalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, Math.Max(1, (int)limits.PingTimeout.TotalSeconds / Probes));
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, Probes);
        if (OperatingSystem.IsLinux()) socket.SetRawSocketOption(TcpLevel, TcpUserTimeout, BitConverter.GetBytes((int)(limits.PingAfter + limits.PingTimeout).TotalMilliseconds));
        return socket;
    }

    private IEnumerable<IPAddress> MoreAddresses() =>
        [.. options.Sockets.Select(socket => ((IPEndPoint)socket.LocalEndPoint!).Address), .. options.AdvertiseAddress is { } advertised ? [advertised] : Array.Empty<IPAddress>(), .. options.Addresses];

    private void Configure(KestrelServerOptions kestrel, IPEndPoint listen)
    {
        kestrel.AddServerHeader = false;

        // Warnings name fields and say what others want said, in whatever language.
        kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.UTF8;

        // The limit of bodies is held where they are read; what is past it is let go by, so that its sender gets to read why.
        kestrel.Limits.MaxRequestBodySize = 8 * ObjectLimits.MaxBodyBytes;
        kestrel.Limits.Http2.MaxStreamsPerConnection = MaxStreams;
        kestrel.Limits.Http2.KeepAlivePingDelay = options.Limits.PingAfter;
        kestrel.Limits.Http2.KeepAlivePingTimeout = options.Limits.PingTimeout;
        kestrel.Limits.Http2.MaxRequestHeaderFieldSize = MaxHeadBytes;
        kestrel.Limits.MaxRequestHeadersTotalSize = MaxHeadBytes;
        kestrel.Limits.MaxRequestLineSize = MaxHeadBytes;
        kestrel.Limits.RequestHeadersTimeout = options.Limits.Headers;
        kestrel.Listen(listen, endpoint =>
        {
            endpoint.Protocols = HttpProtocols.Http1AndHttp2;
            endpoint.Use(next => async connection =>
            {
                if (await ((TlsConnection)connection).ShakeHandsAsync().ConfigureAwait(false)) await next(connection).ConfigureAwait(false);
            });
        });
    }
}
