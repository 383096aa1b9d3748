using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Keelson.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace Keelson.Node.Kubelet.Serving;

/// <summary>The kubelet's own server: logs, commands in containers, ports of pods, and what the node uses.</summary>
internal sealed class KubeletServer(ApiClient client, KubeletOptions options, KubeletServerOptions serving, IPodDirectory pods) : IAsyncDisposable
{
    /// <summary>The largest body of a request; default 1 MiB: nothing here takes more than a form.</summary>
    private const long MaxBodyBytes = 1024 * 1024;

    private static readonly TimeSpan OwnCertificateLifetime = TimeSpan.FromDays(365);

    private readonly CancellationTokenSource _stopping = new();
    private WebApplication? _app;
    private X509Certificate2? _own;
    private StreamRelay? _relay;

    /// <summary>The port that it listens on, once it has started.</summary>
    public int Port { get; private set; }

    public async Task StartAsync(CancellationToken cancel)
    {
        var certificate = serving.Certificate ?? (_own = SignOwn());
        _relay = new StreamRelay(options.Runtime);
        var containers = new ContainerDirectory(options.Runtime);
        var pages = new KubeletPages(
            options,
            pods,
            new LogPage(options, pods, containers, _stopping.Token),
            new StreamPages(options.Runtime, pods, containers, _relay, _stopping.Token),
            new UsagePages(options, pods));
        var pipeline = new KubeletPipeline(new KubeletGate(client, options, serving), pages);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => Configure(kestrel, certificate));
        if (serving.BoundSocket is { } bound) builder.Services.Configure<SocketTransportOptions>(transport => transport.CreateBoundListenSocket = _ => bound);
        _app = builder.Build();
        _app.Run(pipeline.InvokeAsync);
        await _app.StartAsync(cancel).ConfigureAwait(false);
        Port = serving.BoundSocket?.LocalEndPoint is IPEndPoint known
            ? known.Port
            : new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        if (_app is not null) await _app.DisposeAsync().ConfigureAwait(false);
        _relay?.Dispose();
        _own?.Dispose();
        _stopping.Dispose();
    }

    private void Configure(KestrelServerOptions kestrel, X509Certificate2 certificate)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        kestrel.Listen(serving.Listen, endpoint =>
        {
            endpoint.Protocols = HttpProtocols.Http1AndHttp2;
            endpoint.UseHttps(https =>
            {
                https.ServerCertificate = certificate;
                https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;

                // Whom a certificate belongs to is for the gate to say; a false one is as good as none.
                https.AllowAnyClientCertificate();
            });
        });
    }

    private X509Certificate2 SignOwn()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName(options.NodeName);
        var request = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(options.HostName ?? options.NodeName);
        if (IPAddress.TryParse(options.NodeAddress, out var address)) names.AddIpAddress(address);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        var now = options.Time.GetUtcNow();
        return request.CreateSelfSigned(now - TimeSpan.FromHours(1), now + OwnCertificateLifetime);
    }
}
