using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Keelson.Bench.Harness;
using Keelson.Server.Serving;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Keelson.Bench.Serving;

/// <summary>What the web server alone can do: answers every request with the same bytes over HTTPS, in a process of its own.</summary>
internal sealed class ConstantServer : IAsyncDisposable
{
    /// <summary>The hidden command that serves: port, length of the answer, folder for the authority's certificate.</summary>
    public const string Command = "serve-constant";

    private readonly ChildProcess _process;
    private readonly X509Certificate2 _authority;
    private readonly int _port;

    private ConstantServer(ChildProcess process, int port, X509Certificate2 authority) => (_process, _port, _authority) = (process, port, authority);

    public static async Task<ConstantServer> StartAsync(string folder, int length, CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        var port = ChildProcess.FreePort();
        var process = ChildProcess.Start("dotnet", typeof(ConstantServer).Assembly.Location, Command, port.ToString(CultureInfo.InvariantCulture), length.ToString(CultureInfo.InvariantCulture), folder);
        await process.WaitForPortAsync(port, TimeSpan.FromMilliseconds(20), cancel);
        return new ConstantServer(process, port, X509CertificateLoader.LoadCertificateFromFile(Path.Combine(folder, "ca.crt")));
    }

    public async Task<LeanConnection[]> ConnectAsync(int count, CancellationToken cancel)
    {
        var connections = new LeanConnection[count];
        for (var i = 0; i < count; i++) connections[i] = await LeanConnection.OpenAsync(_port, _authority, null, cancel);
        return connections;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _authority.Dispose();
    }

    public static async Task ServeAsync(int port, int length, string folder, CancellationToken cancel)
    {
        using var authority = CertificateAuthority.LoadOrCreate(folder, TimeProvider.System);
        using var certificate = authority.IssueServer("constant", ["localhost"], [IPAddress.Loopback], TimeProvider.System);
        var body = Encoding.ASCII.GetBytes(new string('x', length));
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, endpoint =>
        {
            endpoint.Protocols = HttpProtocols.Http1AndHttp2;
            endpoint.UseHttps(certificate);
        }));
        await using var app = builder.Build();
        app.Run(async http =>
        {
            http.Response.ContentLength = body.Length;
            await http.Response.BodyWriter.WriteAsync(body, http.RequestAborted);
        });
        await app.StartAsync(cancel);
        await Task.Delay(Timeout.Infinite, cancel);
    }
}
