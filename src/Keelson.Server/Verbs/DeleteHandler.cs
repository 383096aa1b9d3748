using Keelson.Api.Meta.V1;
using Keelson.Server.Http;

namespace Keelson.Server.Verbs;

internal sealed class DeleteHandler(ServerContext server, Deleting deleting, DamagedDeletion damaged) : IVerbHandler
{
    public async ValueTask HandleAsync(ApiRequest request)
    {
        var options = await ReadOptionsAsync(request).ConfigureAwait(false);
        Deleting.Check(options);
        var resource = request.Resource;
        if (options.IgnoreStoreReadErrorWithClusterBreakingPotential == true)
        {
            await damaged.RunAsync(request, options).ConfigureAwait(false);
            await AnswerGoneAsync(request, "").ConfigureAwait(false);
            return;
        }

        var current = await server.Objects.GetAsync(resource, request.Name, request.Cancel).ConfigureAwait(false)
            ?? throw Failures.NotFound(resource, request.Info.Name);
        var deletion = await deleting.RunAsync(request, current, options).ConfigureAwait(false);
        if (!deletion.IsGone || resource.Strategy.AnswersDeletedObject)
        {
            await Answers.ObjectAsync(request, 200, deletion.Value, server.Now).ConfigureAwait(false);
            return;
        }

        await AnswerGoneAsync(request, deletion.Value.Object.Metadata.Uid).ConfigureAwait(false);
    }

    private static ValueTask AnswerGoneAsync(ApiRequest request, string uid) =>
        Answers.KindAsync(request, 200, new Status
        {
            ApiVersion = "v1",
            Kind = "Status",
            StatusValue = "Success",
            Details = new StatusDetails
            {
                Name = request.Info.Name,
                Group = request.Resource.Kind.Group,
                Kind = request.Resource.Info.Plural,
                Uid = uid,
            },
        });

    /// <summary>The options in the body, or else those in the query.</summary>
    public static async ValueTask<DeleteOptions> ReadOptionsAsync(ApiRequest request) =>
        await RequestBody.ReadKindAsync<DeleteOptions>(request.Http.Request, request.Cancel).ConfigureAwait(false) ?? request.Options.Delete;
}
