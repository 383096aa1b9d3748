using Keelson.Api;
using Keelson.Api.OpenApi;
using Keelson.Api.Serving;
using Keelson.Server.Aggregation;
using Keelson.Server.Http;
using Keelson.Server.Verbs;
using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Pages;

/// <summary>What is served, for clients to discover: /api, /apis, their groups and versions, and the OpenAPI documents.</summary>
/// <remarks>The documents are made when they are first asked for after a change of what is served.</remarks>
internal sealed class DiscoveryPages(ServerContext server, Aggregator aggregator, AggregationProxy proxy) : IPage
{
    private const string Aggregated = "apidiscovery.k8s.io";
    private const string SwaggerProtobuf = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    /// <summary>What older clients ask for; as the type of an answer its sign makes them fail.</summary>
    private const string OldSwaggerProtobuf = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

    private readonly Lock _making = new();
    private Documents? _documents;

    public async ValueTask<bool> TryAnswerAsync(HttpContext http, RequestInfo info)
    {
        var parts = info.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        switch (parts)
        {
            case ["openapi", "v2"]:
                await AnswerSwaggerAsync(http).ConfigureAwait(false);
                return true;
            case ["openapi", "v3", .. var path]:
                return await AnswerOpenApiAsync(http, string.Join('/', path)).ConfigureAwait(false);
        }

        if (parts is ["api"] or ["apis"] && WantsAggregated(http))
        {
            var made = parts[0] == "api" ? Current().AggregatedCore.Value : Current().AggregatedGroups.Value;
            http.Response.Headers.Vary = "Accept";
            await TaggedAsync(http, $"application/json;g={Aggregated};v=v2;as=APIGroupDiscoveryList", made.Json, made.Tag).ConfigureAwait(false);
            return true;
        }

        if (Find(http, parts) is not { } document) return false;
        await AnswerAsync(http, document).ConfigureAwait(false);
        return true;
    }

    private IKind? Find(HttpContext http, string[] parts)
    {
        return parts switch
        {
            ["api"] => Current().Discovery.CoreVersions(http.Request.Host.Value ?? ""),
            ["apis"] => Current().Merged.GroupList(),
            ["api", var version] => Current().Discovery.Resources("", version),
            ["apis", var group] => Current().Merged.Group(group),
            ["apis", var group, var version] => Current().Discovery.Resources(group, version),
            _ => null,
        };
    }

    private static bool WantsAggregated(HttpContext http)
    {
        var accept = http.Request.Headers.Accept.ToString();
        return accept.Contains($"g={Aggregated}", StringComparison.Ordinal) && accept.Contains("v=v2;", StringComparison.Ordinal);
    }

    private static ValueTask AnswerAsync(HttpContext http, IKind document)
    {
        var accept = MediaTypes.Choose(http.Request.Headers.Accept, hasProtobuf: true, forms: false) ?? AcceptedForm.Json;
        return Answers.KindAsync(http, 200, accept.Encoding, document);
    }

    private async ValueTask<bool> AnswerOpenApiAsync(HttpContext http, string path)
    {
        var documents = Current().OpenApi;
        if (path.Length == 0)
        {
            var index = Current().Index.Value;
            await TaggedAsync(http, MediaTypes.Json, index.Content, index.EntityTag).ConfigureAwait(false);
            return true;
        }

        if (path.Split('/') is ["apis", var group, var version] && aggregator.Find(group, version) is { } remote)
        {
            await proxy.ForwardAsync(http, RequestFacts.Of(http), remote, $"/openapi/v3{remote.Path}{http.Request.QueryString.ToUriComponent()}").ConfigureAwait(false);
            return true;
        }

        if (documents.Find(path) is not { } found) return false;
        if (http.Request.Query.TryGetValue("hash", out var hash))
        {
            // A document of another hash is another document: the client is led to the one that there is.
            if (hash != found.Hash)
            {
                http.Response.Redirect(OpenApiDocuments.UrlOf(path, found.Hash), permanent: true);
                return true;
            }

            http.Response.Headers.CacheControl = "public, immutable";
        }

        await TaggedAsync(http, MediaTypes.Json, found.Content, found.EntityTag).ConfigureAwait(false);
        return true;
    }

    private ValueTask AnswerSwaggerAsync(HttpContext http)
    {
        var accept = http.Request.Headers.Accept.ToString();
        var protobuf = accept.Contains(SwaggerProtobuf, StringComparison.Ordinal) || accept.Contains(OldSwaggerProtobuf, StringComparison.Ordinal);
        var document = protobuf ? Current().SwaggerProtobuf.Value : Current().Swagger();
        http.Response.Headers.Vary = "Accept";
        return TaggedAsync(http, protobuf ? SwaggerProtobuf : MediaTypes.Json, document.Content, document.EntityTag);
    }

    private static ValueTask TaggedAsync(HttpContext http, string contentType, ReadOnlyMemory<byte> content, string tag)
    {
        http.Response.Headers.ETag = tag;
        if (http.Request.Headers.IfNoneMatch.Contains(tag))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return ValueTask.CompletedTask;
        }

        return Answers.BytesAsync(http, 200, contentType, content);
    }

    private static Encoded Encode(IKind document)
    {
        var json = ApiJson.Encode(document);
        return new Encoded(json, $"\"{Convert.ToHexString(System.Security.Cryptography.SHA512.HashData(json))}\"");
    }

    private Documents Current()
    {
        lock (_making)
        {
            var version = (server.Registry.Version, aggregator.Version);
            if (_documents is { } known && known.Version == version) return known;
            var served = server.Registry.All.Select(resource => resource.Served).ToList();
            var openApi = _documents?.OpenApi.With(served) ?? new OpenApiDocuments(served, VersionPage.GitVersion);
            var discovery = new DiscoveryDocuments(served);
            var merged = new MergedDiscovery(discovery, aggregator);
            return _documents = new Documents(
                version,
                discovery,
                merged,
                openApi,
                () => MergedOpenApi.Version2(openApi.Version2(), aggregator),
                new Lazy<OpenApiDocument>(() => MergedOpenApi.Index(openApi.Index(), aggregator)),
                new Lazy<OpenApiDocument>(() => ProtobufOf(openApi)),
                new Lazy<Encoded>(() => Encode(discovery.AggregatedCore())),
                new Lazy<Encoded>(() => Encode(merged.AggregatedGroups())));
        }
    }

    // What another server has told may be no document of OpenAPI; this server's own goes without it then.
    private OpenApiDocument ProtobufOf(OpenApiDocuments openApi)
    {
        var merged = MergedOpenApi.Version2(openApi.Version2(), aggregator);
        if (ReferenceEquals(merged, openApi.Version2())) return openApi.Version2Protobuf();
        try
        {
            return OpenApiDocuments.ToProtobuf(merged);
        }
        catch (Exception broken) when (broken is InvalidOperationException or FormatException or System.Text.Json.JsonException or KeyNotFoundException)
        {
            return openApi.Version2Protobuf();
        }
    }

    private sealed record Documents(
        (long Registry, (object Services, long Told) Remote) Version,
        DiscoveryDocuments Discovery,
        MergedDiscovery Merged,
        OpenApiDocuments OpenApi,
        Func<OpenApiDocument> Swagger,
        Lazy<OpenApiDocument> Index,
        Lazy<OpenApiDocument> SwaggerProtobuf,
        Lazy<Encoded> AggregatedCore,
        Lazy<Encoded> AggregatedGroups);

    /// <summary>A document as it is sent, with its tag.</summary>
    private sealed record Encoded(byte[] Json, string Tag);
}
