using System.Globalization;
using System.Net;
using System.Text;
using Keelson.Api.ApiExtensions.V1;
using Keelson.Api.Values;
using Keelson.Server.Serving;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Keelson.Control.Tests.Controllers.StorageMigrations;

/// <summary>A webhook that converts pools: what the first version calls count is size in the second.</summary>
internal sealed class ConversionHook : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly CertificateAuthority _authority;
    private int _port;

    private ConversionHook(WebApplication app, CertificateAuthority authority)
    {
        _app = app;
        _authority = authority;
    }

    /// <summary>Whether it answers that it can't.</summary>
    public bool Fails { get; set; }

    public static async Task<ConversionHook> StartAsync(TimeProvider time)
    {
        var authority = CertificateAuthority.Create(time);
        var certificate = authority.IssueServer("hook", ["localhost"], [IPAddress.Loopback], time);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.UseHttps(https => https.ServerCertificate = certificate)));
        var app = builder.Build();
        var hook = new ConversionHook(app, authority);
        app.Run(hook.HandleAsync);
        await app.StartAsync();
        hook._port = new Uri(app.Urls.First()).Port;
        return hook;
    }

    /// <summary>Pools in both versions, stored in the first.</summary>
    public CustomResourceDefinition Definition()
    {
        static string Version(string name, string field, bool storage) =>
            $$$$"""{"name":"{{{{name}}}}","served":true,"storage":{{{{(storage ? "true" : "false")}}}},"schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","properties":{"{{{{field}}}}":{"type":"integer"} } } } } } }""";
        var url = string.Create(CultureInfo.InvariantCulture, $"https://127.0.0.1:{_port}/convert");
        var json = $$$$"""
            {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"pools.example.com"},
             "spec":{"group":"example.com","scope":"Namespaced","names":{"plural":"pools","kind":"Pool"},
              "conversion":{"strategy":"Webhook","webhook":{"conversionReviewVersions":["v1"],"clientConfig":{"url":"{{{{url}}}}","caBundle":"{{{{Convert.ToBase64String(Encoding.UTF8.GetBytes(_authority.CertificatePem))}}}}"} } },
              "versions":[{{{{Version("v2", "size", false)}}}},{{{{Version("v1", "count", true)}}}}]} }
            """;
        return Api.ApiJson.Decode<CustomResourceDefinition>(Encoding.UTF8.GetBytes(json));
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
        var request = ((MapValue)ValueReader.Read(body.ToArray()))["request"]!;
        var wanted = request["desiredAPIVersion"]!.AsText()!;
        var converted = request["objects"]!.AsList()!.Select(item => Converted((MapValue)item, wanted).ToString());
        var result = Fails ? "\"Failed\",\"message\":\"not now\"" : "\"Success\"";
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync($$$"""{"apiVersion":"apiextensions.k8s.io/v1","kind":"ConversionReview","response":{"uid":"{{{request["uid"]!.AsText()}}}","convertedObjects":[{{{string.Join(",", converted)}}}],"result":{"status":{{{result}}}} } }""");
    }

    private static MapValue Converted(MapValue item, string wanted)
    {
        var (from, to) = wanted.EndsWith("v1", StringComparison.Ordinal) ? ("size", "count") : ("count", "size");
        var spec = item["spec"] as MapValue ?? MapValue.Empty;
        return item.With("apiVersion", wanted).With("spec", spec[from] is { } number ? spec.Without(from).With(to, number) : spec);
    }
}
