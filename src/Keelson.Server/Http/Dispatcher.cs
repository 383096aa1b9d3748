using Keelson.Server.Access;
using Keelson.Server.Aggregation;
using Keelson.Server.Verbs;
using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Http;

/// <summary>The end of the pipeline: finds who answers.</summary>
internal sealed class Dispatcher(ServerContext server, IAuthorizer authorizer, IReadOnlyList<IPage> pages, AggregationProxy proxy)
{
    private readonly VerbTable _verbs = new(server, authorizer);

    public async Task InvokeAsync(HttpContext http)
    {
        var facts = RequestFacts.Of(http);
        var info = facts.Info;
        if (await proxy.TryAnswerAsync(http, facts).ConfigureAwait(false)) return;
        if (info.IsResource && server.Registry.Find(info.Group, info.Version, info.Resource) is { } resource)
        {
            await HandleAsync(http, facts, resource).ConfigureAwait(false);
            return;
        }

        if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method)) throw info.IsResource ? Failures.NoSuchResource() : Failures.MethodNotAllowed();
        foreach (var page in pages)
        {
            if (await page.TryAnswerAsync(http, info).ConfigureAwait(false)) return;
        }

        if (info.IsResource && server.Registry.Serves(info.Group, info.Version)) throw Failures.NoSuchResource();
        await Answers.BytesAsync(http, 404, "text/plain; charset=utf-8", "404 page not found\n"u8.ToArray()).ConfigureAwait(false);
    }

    private ValueTask HandleAsync(HttpContext http, RequestFacts facts, Registry.RegisteredResource resource)
    {
        // A namespace's own path names it as the namespace too; it is in none.
        var info = resource.IsNamespaced ? facts.Info : facts.Info with { Namespace = "" };
        if (!resource.IsNamespaced && facts.Info.Namespace.Length > 0 && resource.Info.Plural != "namespaces") throw Failures.NoSuchResource();
        if (resource.IsNamespaced && info.Namespace.Length == 0)
        {
            // Across namespaces one can only look.
            if (info.Name.Length > 0) throw Failures.NoSuchResource();
            if (info.IsMutating) throw resource.Custom is null ? Failures.MethodNotAllowed() : Failures.NoSuchResource();
        }

        var request = new ApiRequest(http, info, resource, facts.User);
        http.Features.Set(request);
        if (resource.Warning is { } warning) request.Warn(warning);
        return _verbs.Find(request).HandleAsync(request);
    }
}
