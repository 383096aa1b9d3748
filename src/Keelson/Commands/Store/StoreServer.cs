using System.Buffers.Binary;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Keelson.Rpc.Server;
using Keelson.Storage;
using Keelson.Storage.Etcd.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Keelson.Commands.Store;

/// <summary>An embedded store with the etcd v3 API in front of it.</summary>
internal sealed class StoreServer : IAsyncDisposable
{
    private const string MemberName = "default";

    private readonly IStore _store;
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stopping;

    private StoreServer(IStore store, WebApplication app, CancellationTokenSource stopping)
    {
        _store = store;
        _app = app;
        _stopping = stopping;
    }

    /// <summary>Where it listens, with the port that the system chose.</summary>
    public string Address => AddressOf(_app);

    public static async Task<StoreServer> StartAsync(ServeSettings settings, CancellationToken cancel)
    {
        var address = ListenAddress.Parse(settings.Listen);
        var tls = Tls(settings);
        settings.DataFolder.Create();
        var store = await StoreEngines.OpenAsync(settings, cancel);
        var stopping = new CancellationTokenSource();
        WebApplication? app = null;
        try
        {
            app = Build(address, tls);
            app.MapEtcdApi(store, ApiOptions(settings, app, stopping.Token));
            await app.StartAsync(cancel);
            return new(store, app, stopping);
        }
        catch
        {
            if (app is not null) await app.DisposeAsync();
            stopping.Dispose();
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>Serves until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancel.Register(() => stop.TrySetResult());
        await stop.Task;
    }

    public async ValueTask DisposeAsync()
    {
        // Streams never end by themselves; with them gone, requests that have begun get their answers.
        await _stopping.CancelAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _store.DisposeAsync();
        _stopping.Dispose();
    }

    private static string AddressOf(WebApplication app) => app.Urls.First().Replace("http://unix:", "unix:", StringComparison.Ordinal);

    private static WebApplication Build(ListenAddress address, HttpsConnectionAdapterOptions? tls)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddSingleton<IHostLifetime, OwnLifetime>();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.ForRpc();
            address.Apply(kestrel, endpoint =>
            {
                endpoint.Protocols = HttpProtocols.Http2;
                if (tls is not null) endpoint.UseHttps(tls);

                // etcdctl names the server by its whole URL in some of its calls.
                endpoint.UseAnyAuthority();
            });
        });
        builder.WebHost.UseKestrelHttpsConfiguration();
        return builder.Build();
    }

    private static EtcdApiOptions ApiOptions(ServeSettings settings, WebApplication app, CancellationToken stopping) => new()
    {
        Time = TimeProvider.System,
        Name = MemberName,
        ClientAddresses = () => [AddressOf(app)],
        ClusterId = Identity("cluster", settings.DataFolder),
        MemberId = Identity("member", settings.DataFolder),
        SnapshotFolder = settings.DataFolder.FullName,
        Stopping = stopping,
        ProgressInterval = settings.ProgressInterval > TimeSpan.Zero ? settings.ProgressInterval : throw new ArgumentException("--watch-progress-notify-interval must be more than no time"),
    };

    // The same after a restart, and different for different data.
    private static ulong Identity(string what, DirectoryInfo dataFolder) =>
        BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{what}\0{dataFolder.FullName}")));

    private static HttpsConnectionAdapterOptions? Tls(ServeSettings settings)
    {
        if (settings.CertificateFile is null && settings.KeyFile is null && settings.TrustedAuthorityFile is null) return null;
        if (settings.CertificateFile is null || settings.KeyFile is null) throw new ArgumentException("TLS needs both --cert-file and --key-file");

        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(settings.CertificateFile.FullName);
        var tls = new HttpsConnectionAdapterOptions
        {
            ServerCertificate = X509Certificate2.CreateFromPemFile(settings.CertificateFile.FullName, settings.KeyFile.FullName),
            ServerCertificateChain = chain,
        };
        if (settings.TrustedAuthorityFile is null) return tls;

        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(settings.TrustedAuthorityFile.FullName);
        if (authorities.Count == 0) throw new ArgumentException($"{settings.TrustedAuthorityFile.FullName} holds no certificate");
        tls.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
        tls.ClientCertificateValidation = (certificate, _, errors) => IsVouchedFor(certificate, errors, authorities);
        return tls;
    }

    private static bool IsVouchedFor(X509Certificate2 certificate, SslPolicyErrors errors, X509Certificate2Collection authorities)
    {
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable)) return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.2"));
        return chain.Build(certificate);
    }

    // Signals reach the command, and the command stops the server.
    private sealed class OwnLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
