using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Keelson.Api.Core.V1;
using Keelson.Node.Runtime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Keelson.Node.Kubelet.Serving.Simulated;

/// <summary>
/// Stands for the kubelets' servers of all simulated nodes of a process. Whoever can dial it is believed, which only the
/// process itself can: its API server has asked before whether the client may.
/// </summary>
public sealed class SimulatedEndpoint(TimeProvider time) : IAsyncDisposable
{
    /// <summary>The port that the nodes announce. Nothing listens on it.</summary>
    public const int Port = KubeletServerOptions.UsualPort;

    private static readonly TimeSpan CertificateLifetime = TimeSpan.FromDays(3650);

    private readonly SemaphoreSlim _starting = new(1, 1);
    private readonly MemoryTransport _transport = new();
    private readonly CancellationTokenSource _stopping = new();
    private WebApplication? _app;
    private X509Certificate2? _certificate;

    /// <summary>Finds a pod and the runtime of its node; null while no nodes run.</summary>
    internal Func<string, string, (Pod Pod, IContainerRuntime Runtime)?>? Find { get; set; }

    /// <summary>Connects with the kubelet of any of the nodes; nothing else answers on simulated nodes.</summary>
    public async ValueTask<Stream> DialAsync(string host, int port, CancellationToken cancel)
    {
        if (port != Port) throw new IOException($"nothing listens on port {port} of {host}: its node is simulated");
        await StartAsync(cancel).ConfigureAwait(false);
        return await _transport.ConnectAsync(cancel).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        if (_app is not null) await _app.DisposeAsync().ConfigureAwait(false);
        _certificate?.Dispose();
        _starting.Dispose();
        _stopping.Dispose();
    }

    // With the first connection: most who simulate never ask for a log.
    private async Task StartAsync(CancellationToken cancel)
    {
        await _starting.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (_app is not null) return;
            _certificate ??= Sign();
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Listen(IPAddress.Loopback, Port, endpoint =>
                {
                    endpoint.Protocols = HttpProtocols.Http1;
                    endpoint.UseHttps(_certificate);
                });
            });
            builder.Services.AddSingleton<IConnectionListenerFactory>(_transport);
            var app = builder.Build();
            app.Run(new SimulatedPages(this, time, _stopping.Token).AnswerAsync);
            await app.StartAsync(cancel).ConfigureAwait(false);
            _app = app;
        }
        finally
        {
            _starting.Release();
        }
    }

    private X509Certificate2 Sign()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=simulated-nodes", key, HashAlgorithmName.SHA256);
        var now = time.GetUtcNow();
        return request.CreateSelfSigned(now - TimeSpan.FromHours(1), now + CertificateLifetime);
    }
}
