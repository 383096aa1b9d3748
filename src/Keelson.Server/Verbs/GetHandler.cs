using Keelson.Server.Cache;
using Keelson.Server.Http;

namespace Keelson.Server.Verbs;

internal sealed class GetHandler(ServerContext server) : IVerbHandler
{
    public async ValueTask HandleAsync(ApiRequest request)
    {
        var found = await FindAsync(request).ConfigureAwait(false) ?? throw Failures.NotFound(request.Resource, request.Info.Name);
        await Answers.ObjectAsync(request, 200, found, server.Now).ConfigureAwait(false);
    }

    private async ValueTask<CachedObject?> FindAsync(ApiRequest request)
    {
        var version = request.Options.ResourceVersion;
        if (version.Length == 0) return await server.Objects.GetAsync(request.Resource, request.Name, request.Cancel).ConfigureAwait(false);
        await Versions.WaitAsync(server, version, request.Cancel).ConfigureAwait(false);
        return await server.Objects.PeekAsync(request.Resource, request.Name, request.Cancel).ConfigureAwait(false);
    }
}
