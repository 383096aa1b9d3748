using Keelson.Server.Http;
using Keelson.Server.Objects;

namespace Keelson.Server.Verbs;

internal sealed class UpdateHandler(ServerContext server, Creation creation, Updating updating) : IVerbHandler
{
    public async ValueTask HandleAsync(ApiRequest request)
    {
        var dryRun = request.Options.DryRun;
        var sent = await RequestBody.ReadObjectAsync(request).ConfigureAwait(false);
        if (sent.Metadata.Name.Length == 0) throw Failures.BadRequest("name must be provided");
        if (sent.Metadata.Name != request.Info.Name) throw Failures.BadRequest($"the name of the object ({sent.Metadata.Name}) does not match the name on the URL ({request.Info.Name})");
        var current = await server.Objects.GetAsync(request.Resource, request.Name, request.Cancel).ConfigureAwait(false);
        if (current is null)
        {
            await CreateAsync(request, sent, dryRun).ConfigureAwait(false);
            return;
        }

        var updated = await updating.RunAsync(request, current, _ => sent, tracked: false, dryRun).ConfigureAwait(false);
        await Answers.ObjectAsync(request, 200, updated, server.Now).ConfigureAwait(false);
    }

    private async ValueTask CreateAsync(ApiRequest request, ApiObject sent, bool dryRun)
    {
        var creates = request.Resource.Strategy.CreatesOnUpdate && request.Info.Subresource.Length == 0 && sent.Metadata.ResourceVersion.Length == 0;
        if (!creates) throw Failures.NotFound(request.Resource, request.Info.Name);
        var created = await creation.RunAsync(request, sent, tracked: false, dryRun).ConfigureAwait(false);
        await Answers.ObjectAsync(request, 201, created, server.Now).ConfigureAwait(false);
    }
}
