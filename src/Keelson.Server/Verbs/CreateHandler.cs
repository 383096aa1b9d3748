using Keelson.Server.Http;

namespace Keelson.Server.Verbs;

internal sealed class CreateHandler(ServerContext server, Creation creation) : IVerbHandler
{
    public async ValueTask HandleAsync(ApiRequest request)
    {
        if (request.Info.Name.Length > 0) throw Failures.MethodNotAllowed(request.Resource, "create");
        var dryRun = request.Options.DryRun;
        var sent = await RequestBody.ReadObjectAsync(request).ConfigureAwait(false);
        var created = await creation.RunAsync(request, sent, tracked: false, dryRun).ConfigureAwait(false);
        await Answers.ObjectAsync(request, 201, created, server.Now).ConfigureAwait(false);
    }
}
