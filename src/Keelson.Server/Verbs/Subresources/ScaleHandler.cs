using Keelson.Api;
using Keelson.Api.Autoscaling.V1;
using Keelson.Api.Json;
using Keelson.Api.Values;
using Keelson.Server.Cache;
using Keelson.Server.Http;
using Keelson.Server.Objects;
using Keelson.Server.Tables;

namespace Keelson.Server.Verbs.Subresources;

/// <summary>Reads and writes how many there should be of something, as an object of its own.</summary>
internal sealed class ScaleHandler(ServerContext server, Updating updating) : IVerbHandler
{
    public async ValueTask HandleAsync(ApiRequest request)
    {
        var current = await server.Objects.GetAsync(request.Resource, request.Name, request.Cancel).ConfigureAwait(false)
            ?? throw Failures.NotFound(request.Resource, request.Info.Name);
        if (request.Info.Verb == "get")
        {
            ScalePaths.RefuseMissing(request.Resource, current.Object);
            await AnswerAsync(request, ScalePaths.Read(request.Resource, current.Object)).ConfigureAwait(false);
            return;
        }

        if (request.Info.Verb == "patch" && PatchBody.FormOf(request) == PatchForm.Apply)
        {
            await ApplyAsync(request, current).ConfigureAwait(false);
            return;
        }

        var change = request.Info.Verb == "update" ? await ReadUpdateAsync(request).ConfigureAwait(false) : await ReadPatchAsync(request).ConfigureAwait(false);
        var updated = await updating.RunAsync(request, current, live => Apply(request, live, change), tracked: false, request.Options.DryRun).ConfigureAwait(false);
        await AnswerAsync(request, ScalePaths.Read(request.Resource, updated.Object)).ConfigureAwait(false);
    }

    private async ValueTask ApplyAsync(ApiRequest request, CachedObject current)
    {
        PatchHandler.RequireManager(request);
        var configuration = PatchBody.ReadConfiguration(request, (await RequestBody.ReadAsync(request.Http.Request, request.Cancel).ConfigureAwait(false)).Span);
        var updated = await updating.RunAsync(request, current, live => ScaleApply.Apply(request, live, configuration, server.Now), tracked: true, request.Options.DryRun).ConfigureAwait(false);
        await AnswerAsync(request, ScalePaths.Read(request.Resource, updated.Object)).ConfigureAwait(false);
    }

    private ValueTask AnswerAsync(ApiRequest request, Scale scale) =>
        Answers.KindAsync(request, 200, request.Accept.Form == Form.Table ? TableAnswer.Of(TableSet.Scales, scale, request.Options.IncludeObject, request.Accept.Version, server.Now) : scale);

    private static async ValueTask<Func<Scale, Scale>> ReadUpdateAsync(ApiRequest request)
    {
        var sent = await RequestBody.ReadKindAsync<Scale>(request.Http.Request, request.Cancel).ConfigureAwait(false) ?? throw Failures.BadRequest("a scale is expected");
        if (sent.Metadata.Name != request.Info.Name) throw Failures.BadRequest($"the name of the object ({sent.Metadata.Name}) does not match the name on the URL ({request.Info.Name})");
        return _ => sent;
    }

    private static async ValueTask<Func<Scale, Scale>> ReadPatchAsync(ApiRequest request)
    {
        var form = PatchBody.FormOf(request);
        var body = await RequestBody.ReadAsync(request.Http.Request, request.Cancel).ConfigureAwait(false);

        // A scale has no lists, so a strategic patch is a merge patch.
        var patch = PatchBody.Read(request, form == PatchForm.Strategic ? PatchForm.Merge : form, body.Span);
        return scale =>
        {
            var result = patch.Apply((MapValue)ValueReader.Read(ApiJson.Encode(scale)));
            try
            {
                return ApiJson.Decode<Scale>(ValueWriter.WriteBytes(result));
            }
            catch (ApiFormatException unfit)
            {
                throw PatchBody.Unfit(patch, result, unfit);
            }
        };
    }

    private static ApiObject Apply(ApiRequest request, CachedObject live, Func<Scale, Scale> change)
    {
        var scale = change(ScalePaths.Read(request.Resource, live.Object));
        ScalePaths.Check(scale, live.Name.Name);
        var updated = request.Resource.ReadValue(ScalePaths.Write(request.Resource, live.Object.ToValue(), scale.Spec.Replicas), new DecodeReport());
        // Who names no version replaces whatever there is.
        var version = scale.Metadata.ResourceVersion.Length > 0 ? scale.Metadata.ResourceVersion : live.Object.Metadata.ResourceVersion;
        return updated.With(updated.Metadata with { ResourceVersion = version, Uid = scale.Metadata.Uid });
    }
}
