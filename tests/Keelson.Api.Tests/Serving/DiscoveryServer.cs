using System.Collections.Concurrent;
using System.Net;
using Keelson.Api.Json;
using Keelson.Api.OpenApi;
using Keelson.Api.Serving;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Keelson.Api.Tests.Serving;

/// <summary>Serves discovery and OpenAPI on loopback, enough for kubectl to say what a server offers.</summary>
internal sealed class DiscoveryServer : IAsyncDisposable
{
    private const string AggregatedJson = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

    private readonly WebApplication _application;
    private readonly DiscoveryDocuments _discovery;
    private readonly OpenApiDocuments _documents;
    private readonly bool _aggregates;

    private DiscoveryServer(WebApplication application, IReadOnlyList<ServedResource> resources, bool aggregates)
    {
        _application = application;
        _discovery = new DiscoveryDocuments(resources);
        _documents = new OpenApiDocuments(resources, "v1.36.0");
        _aggregates = aggregates;
    }

    /// <summary>What clients asked for, as path and content type.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public string Url => _application.Urls.Single();

    public static async Task<DiscoveryServer> StartAsync(IReadOnlyList<ServedResource> resources, bool aggregates, CancellationToken cancel)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
        var server = new DiscoveryServer(builder.Build(), resources, aggregates);
        server._application.Run(server.AnswerAsync);
        await server._application.StartAsync(cancel);
        return server;
    }

    public async ValueTask DisposeAsync() => await _application.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var accept = context.Request.Headers.Accept.ToString();
        var path = context.Request.Path.Value!.Trim('/');
        var (type, body) = Answer(path, accept);
        Requests.Enqueue($"{path} {type}");
        if (body is null)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        context.Response.ContentType = type;
        await context.Response.Body.WriteAsync(body.Value, context.RequestAborted);
    }

    private (string Type, ReadOnlyMemory<byte>? Body) Answer(string path, string accept)
    {
        var aggregated = _aggregates && accept.Contains("v=v2;", StringComparison.Ordinal);
        return path.Split('/') switch
        {
            ["version"] => ("application/json", """{"major":"1","minor":"36","gitVersion":"v1.36.0"}"""u8.ToArray()),
            ["openapi", "v2"] when accept.Contains(OpenApiDocuments.Version2ProtobufOldType, StringComparison.Ordinal) => (OpenApiDocuments.Version2ProtobufType, _documents.Version2Protobuf().Content),
            ["openapi", "v2"] => ("application/json", _documents.Version2().Content),
            ["openapi", "v3"] => ("application/json", _documents.Index().Content),
            ["openapi", "v3", .. var rest] => ("application/json", _documents.Find(string.Join('/', rest))?.Content),
            ["api"] when aggregated => (AggregatedJson, Json(_discovery.AggregatedCore())),
            ["apis"] when aggregated => (AggregatedJson, Json(_discovery.AggregatedGroups())),
            ["api"] => ("application/json", Json(_discovery.CoreVersions("127.0.0.1:6443"))),
            ["apis"] => ("application/json", Json(_discovery.GroupList())),
            ["api", var version] => ("application/json", Json(_discovery.Resources("", version))),
            ["apis", var group] => ("application/json", Json(_discovery.Group(group))),
            ["apis", var group, var version] => ("application/json", Json(_discovery.Resources(group, version))),
            _ => ("", null),
        };
    }

    private static ReadOnlyMemory<byte>? Json(IKind? kind)
    {
        if (kind is null) return null;
        using var writer = new JsonWriter();
        kind.WriteJson(writer);
        return writer.ToArray();
    }
}
