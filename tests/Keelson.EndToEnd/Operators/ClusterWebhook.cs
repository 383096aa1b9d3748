using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Keelson.Server.Serving;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Keelson.EndToEnd.Operators;

/// <summary>The conversion webhook of a database operator, on a real HTTPS server: instances and storage were replicas and a disk before.</summary>
internal sealed class ClusterWebhook : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly CertificateAuthority _authority;

    private ClusterWebhook(WebApplication app, CertificateAuthority authority)
    {
        _app = app;
        _authority = authority;
    }

    public string Address => _app.Urls.First() + "/convert";

    public string Bundle => Convert.ToBase64String(Encoding.UTF8.GetBytes(_authority.CertificatePem));

    /// <summary>Whether it answers with an error.</summary>
    public bool IsBroken { get; set; }

    public static async Task<ClusterWebhook> StartAsync()
    {
        var authority = CertificateAuthority.Create(TimeProvider.System);
        var certificate = authority.IssueServer("webhook", ["localhost"], [IPAddress.Loopback], TimeProvider.System);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.UseHttps(https => https.ServerCertificate = certificate)));
        var app = builder.Build();
        var webhook = new ClusterWebhook(app, authority);
        app.Run(webhook.AnswerAsync);
        await app.StartAsync();
        return webhook;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _authority.Dispose();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        if (IsBroken)
        {
            http.Response.StatusCode = 500;
            return;
        }

        var review = (await JsonNode.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted))!;
        var request = review["request"]!;
        var wanted = (string)request["desiredAPIVersion"]!;
        var converted = new JsonArray([.. request["objects"]!.AsArray().Select(item => ConvertOne(item!.DeepClone(), wanted))]);
        var answer = new JsonObject
        {
            ["apiVersion"] = (string)review["apiVersion"]!,
            ["kind"] = "ConversionReview",
            ["response"] = new JsonObject { ["uid"] = (string)request["uid"]!, ["convertedObjects"] = converted, ["result"] = new JsonObject { ["status"] = "Success" } },
        };
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(answer.ToJsonString(), http.RequestAborted);
    }

    private static JsonNode ConvertOne(JsonNode item, string wanted)
    {
        if (item["spec"] is JsonObject spec)
        {
            if (wanted.EndsWith("v1beta1", StringComparison.Ordinal))
            {
                Move(spec, "instances", "replicas", node => node);
                Move(spec, "storage", "diskGiB", node => int.Parse(((string)node["size"]!)[..^2], System.Globalization.CultureInfo.InvariantCulture));
            }
            else
            {
                Move(spec, "replicas", "instances", node => node);
                Move(spec, "diskGiB", "storage", node => new JsonObject { ["size"] = $"{(int)node}Gi" });
            }
        }

        item["apiVersion"] = wanted;
        return item;
    }

    private static void Move(JsonObject spec, string from, string to, Func<JsonNode, JsonNode> change)
    {
        if (!spec.Remove(from, out var node) || node is null) return;
        spec[to] = change(node);
    }
}
