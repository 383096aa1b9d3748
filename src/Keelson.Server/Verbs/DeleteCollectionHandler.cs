using Keelson.Api.Meta.V1;
using Keelson.Server.Cache;
using Keelson.Server.Http;

namespace Keelson.Server.Verbs;

internal sealed class DeleteCollectionHandler(ServerContext server, ListHandler list, Deleting deleting) : IVerbHandler
{
    public async ValueTask HandleAsync(ApiRequest request)
    {
        if (request.Resource.Kind is { Group: "", Kind: "Namespace" }) throw Failures.MethodNotAllowed(request.Resource, "deletecollection");
        var options = await DeleteHandler.ReadOptionsAsync(request).ConfigureAwait(false);
        Deleting.Check(options);
        if (options.IgnoreStoreReadErrorWithClusterBreakingPotential == true)
        {
            throw Failures.Invalid(request.Resource.Kind.Group, request.Resource.Info.Plural, "", [DamagedDeletion.Cause("is not allowed with DELETECOLLECTION, try again after removing the option")]);
        }

        var (items, _) = await list.ReadAsync(request).ConfigureAwait(false);
        var deleted = new List<CachedObject>(items.Count);
        foreach (var item in items)
        {
            try
            {
                deleted.Add((await deleting.RunAsync(request, item, options).ConfigureAwait(false)).Value);
            }
            catch (ApiException gone) when (gone.Status.Reason == StatusReason.NotFound)
            {
                // Somebody else deleted it meanwhile, which is what was asked for.
            }
        }

        await Answers.ListAsync(request, deleted, new ListMeta { ResourceVersion = Storing.StoredForm.Version(server.Feed.Revision) }, server.Now).ConfigureAwait(false);
    }
}
