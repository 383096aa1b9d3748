using Keelson.Server.Http;

namespace Keelson.Server.Verbs;

internal sealed class GetHandler(ServerContext server) : IVerbHandler
{
    public async ValueTask HandleAsync(ApiRequest request)
    {
        await Versions.WaitAsync(server, request.Options.ResourceVersion, request.Cancel).ConfigureAwait(false);
        var found = server.Objects.Peek(request.Resource, request.Name) ?? throw Failures.NotFound(request.Resource, request.Info.Name);
        await Answers.ObjectAsync(request, 200, found, server.Now).ConfigureAwait(false);
    }
}
