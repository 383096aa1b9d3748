using System.Collections.Concurrent;
using System.Net;
using Keelson.Api.Values;
using Keelson.Server.Serving;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Tests.Webhooks;

/// <summary>A webhook as somebody else would run it: an HTTPS server that answers reviews as the test wants.</summary>
internal sealed class HookServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly CertificateAuthority _authority;

    private HookServer(WebApplication app, CertificateAuthority authority)
    {
        _app = app;
        _authority = authority;
    }

    public int Port { get; private set; }

    /// <summary>The authority of its certificate, as configurations have it.</summary>
    public string Bundle => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(_authority.CertificatePem));

    /// <summary>Everything it was asked, in order.</summary>
    public ConcurrentQueue<(string Path, MapValue Review)> Asked { get; } = new();

    /// <summary>What it answers: the members of the response beside its uid.</summary>
    public Func<string, MapValue, string> Answer { get; set; } = (_, _) => "\"allowed\":true";

    /// <summary>Answers with a whole body instead, where that is wanted.</summary>
    public Func<MapValue, string>? Whole { get; set; }

    public static async Task<HookServer> StartAsync(TimeProvider time)
    {
        var authority = CertificateAuthority.Create(time);
        var certificate = authority.IssueServer("hook", ["hook.default.svc"], [IPAddress.Loopback], time);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.UseHttps(https => https.ServerCertificate = certificate)));
        var app = builder.Build();
        var server = new HookServer(app, authority);
        app.Run(server.HandleAsync);
        await app.StartAsync();
        server.Port = new Uri(app.Urls.First()).Port;
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _authority.Dispose();
    }

    private async Task HandleAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var review = (MapValue)ValueReader.Read(body.ToArray());
        Asked.Enqueue((http.Request.Path.Value!, review));
        var uid = review["request", "uid"]!.AsText();
        var answer = Whole?.Invoke(review)
            ?? $$"""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"uid":"{{uid}}",{{Answer(http.Request.Path.Value!, review)}} } }""";
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(answer);
    }
}
