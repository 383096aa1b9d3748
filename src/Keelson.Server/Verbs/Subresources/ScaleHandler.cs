using Keelson.Api;
using Keelson.Api.Autoscaling.V1;
using Keelson.Api.Json;
using Keelson.Api.Patch.Apply;
using Keelson.Api.Values;
using Keelson.Server.Cache;
using Keelson.Server.Http;
using Keelson.Server.Objects;

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
            await Answers.KindAsync(request, 200, ScalePaths.Read(request.Resource, current.Object)).ConfigureAwait(false);
            return;
        }

        if (request.Info.Verb == "patch" && PatchBody.FormOf(request) == PatchForm.Apply)
        {
            await ApplyAsync(request, current).ConfigureAwait(false);
            return;
        }

        var change = request.Info.Verb == "update" ? await ReadUpdateAsync(request).ConfigureAwait(false) : await ReadPatchAsync(request).ConfigureAwait(false);
        var updated = await updating.RunAsync(request, current, live => Apply(request, live, change), tracked: false, request.Options.DryRun).ConfigureAwait(false);
        await Answers.KindAsync(request, 200, ScalePaths.Read(request.Resource, updated.Object)).ConfigureAwait(false);
    }

    private static async ValueTask<Func<Scale, Scale>> ReadUpdateAsync(ApiRequest request)
    {
        var sent = await RequestBody.ReadKindAsync<Scale>(request.Http.Request, request.Cancel).ConfigureAwait(false) ?? throw Failures.BadRequest("a scale is expected");
        return _ => sent;
    }

    private static async ValueTask<Func<Scale, Scale>> ReadPatchAsync(ApiRequest request)
    {
        var form = PatchBody.FormOf(request);
        var body = await RequestBody.ReadAsync(request.Http.Request, request.Cancel).ConfigureAwait(false);

        // A scale has no lists, so a strategic patch is a merge patch.
        var patch = PatchBody.Read(request, form == PatchForm.Strategic ? PatchForm.Merge : form, body.Span);
        return scale => ApiJson.Decode<Scale>(ValueWriter.WriteBytes(patch((MapValue)ValueReader.Read(ApiJson.Encode(scale)))));
    }

    /// <summary>Applies a scale: as if its number were applied to the object's field, which its manager then owns.</summary>
    private async ValueTask ApplyAsync(ApiRequest request, CachedObject current)
    {
        PatchHandler.ExpectManager(request);
        var body = await RequestBody.ReadAsync(request.Http.Request, request.Cancel).ConfigureAwait(false);
        var sent = PatchBody.ReadConfiguration(request, body.Span);
        if (sent["apiVersion"]?.AsText() != "autoscaling/v1" || sent["kind"]?.AsText() != "Scale") throw Failures.BadRequest("a Scale of autoscaling/v1 is expected");
        var scale = ApiJson.Decode<Scale>(ValueWriter.WriteBytes(sent));
        Check(request, scale);
        var configuration = ScalePaths.Write(request.Resource, Applied(request, sent), scale.Spec.Replicas);
        var manager = request.Resource.FieldManager("scale");
        var updated = await updating.RunAsync(request, current, Change, tracked: true, request.Options.DryRun).ConfigureAwait(false);
        await Answers.KindAsync(request, 200, ScalePaths.Read(request.Resource, updated.Object)).ConfigureAwait(false);

        ApiObject Change(CachedObject live)
        {
            var before = live.Object.ToValue();
            var applied = PatchHandler.Take(request, manager.Apply(before, configuration, request.Options.FieldManager, request.Options.Force, server.Now));
            return PatchHandler.ReadStrictly(request, ManagedFieldTimes.KeepUnlessChanged(before, applied));
        }
    }

    private static MapValue Applied(ApiRequest request, MapValue sent)
    {
        var metadata = sent["metadata"] as MapValue ?? MapValue.Empty;
        if (metadata["name"] is null) metadata = metadata.With("name", request.Info.Name);
        return MapValue.Of(("apiVersion", request.Resource.Kind.ApiVersion), ("kind", request.Resource.Kind.Kind), ("metadata", metadata));
    }

    private static void Check(ApiRequest request, Scale scale)
    {
        if (scale.Spec.Replicas >= 0) return;
        throw Failures.Invalid("autoscaling", "Scale", request.Info.Name, [MetadataRules.Invalid("spec.replicas", scale.Spec.Replicas, "must be greater than or equal to 0")]);
    }

    private static ApiObject Apply(ApiRequest request, CachedObject live, Func<Scale, Scale> change)
    {
        var scale = change(ScalePaths.Read(request.Resource, live.Object));
        Check(request, scale);
        var updated = request.Resource.ReadValue(ScalePaths.Write(request.Resource, live.Object.ToValue(), scale.Spec.Replicas), new DecodeReport());
        return updated.With(updated.Metadata with { ResourceVersion = scale.Metadata.ResourceVersion, Uid = scale.Metadata.Uid });
    }
}
