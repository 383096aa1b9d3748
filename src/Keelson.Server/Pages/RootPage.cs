using Keelson.Api;
using Keelson.Api.Json;
using Keelson.Api.Meta.V1;
using Keelson.Server.Aggregation;
using Keelson.Server.Http;
using Keelson.Server.Verbs;
using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Pages;

/// <summary>Which paths there are: the root.</summary>
internal sealed class RootPage(ServerContext server, Aggregator aggregator, IReadOnlyList<string> checks) : IPage
{
    private static readonly string[] Fixed = ["/.well-known/openid-configuration", "/api", "/api/v1", "/apis", "/metrics", "/openapi/v2", "/openapi/v3", "/openid/v1/jwks", "/version"];

    public async ValueTask<bool> TryAnswerAsync(HttpContext http, RequestInfo info)
    {
        if (info.Path is not ("/" or "")) return false;
        var groups = server.Registry.All.Where(resource => resource.Kind.Group.Length > 0);
        var paths = Fixed.Concat(checks).Concat(groups.SelectMany(resource => new[] { $"/apis/{resource.Kind.Group}", $"/apis/{resource.Kind.ApiVersion}" }))
            .Concat(aggregator.All.SelectMany(remote => new[] { $"/apis/{remote.Group}", remote.Path })).Distinct().Order(StringComparer.Ordinal);
        using var writer = new JsonWriter();
        new RootPaths { Paths = paths.ToApiList() }.WriteJson(writer);
        await Answers.BytesAsync(http, 200, MediaTypes.Json, writer.ToArray()).ConfigureAwait(false);
        return true;
    }
}
