using Keelson.Api;
using Keelson.Api.Json;
using Keelson.Api.Meta.V1;
using Keelson.Api.Patch.Apply;
using Keelson.Api.Values;
using Keelson.Server.Audit;
using Keelson.Server.Cache;
using Keelson.Server.CustomResources;
using Keelson.Server.Http;
using Keelson.Server.Objects;

namespace Keelson.Server.Verbs;

internal sealed class PatchHandler(ServerContext server, Creation creation, Updating updating) : IVerbHandler
{
    public async ValueTask HandleAsync(ApiRequest request)
    {
        var form = PatchBody.FormOf(request);
        var dryRun = request.Options.DryRun;
        if (form != PatchForm.Apply && request.Options.Force) throw Invalid("force", CauseType.FieldValueForbidden, "Forbidden: may not be specified for non-apply patch");
        var body = await RequestBody.ReadAsync(request.Http.Request, request.Cancel).ConfigureAwait(false);
        var current = await server.Objects.GetAsync(request.Resource, request.Name, request.Cancel).ConfigureAwait(false);
        if (form == PatchForm.Apply)
        {
            await ApplyAsync(request, body, current, dryRun).ConfigureAwait(false);
            return;
        }

        var patch = PatchBody.Read(request, form, body.Span);
        AuditRecord.Of(request.Http)?.Sends(null, () => ValueWriter.WriteBytes(ValueReader.Read(body.Span)));
        if (current is null) throw Failures.NotFound(request.Resource, request.Info.Name);
        var patched = await updating.RunAsync(request, current, live => Patch(request, patch, live), tracked: false, dryRun).ConfigureAwait(false);
        await Answers.ObjectAsync(request, 200, patched, server.Now).ConfigureAwait(false);
    }

    // A version that the patch does not name is that of the object it is applied to, so nobody is overwritten unseen.
    private static ApiObject Patch(ApiRequest request, ReadPatch patch, CachedObject live)
    {
        var report = new DecodeReport();
        var result = patch.Apply(live.Object.ToValue());
        try
        {
            var patched = request.Resource.ReadValue(result, report);
            RequestBody.HandleFindings(request, report);
            return patched;
        }
        catch (ApiFormatException unfit)
        {
            throw PatchBody.Unfit(patch, result, unfit);
        }
    }

    private async ValueTask ApplyAsync(ApiRequest request, ReadOnlyMemory<byte> body, CachedObject? current, bool dryRun)
    {
        RequireManager(request);
        var configuration = PatchBody.ReadConfiguration(request, body.Span);
        AuditRecord.Of(request.Http)?.Sends(null, () => ValueWriter.WriteBytes(configuration));
        if (current is null)
        {
            if (request.Info.Subresource.Length > 0) throw Failures.NotFound(request.Resource, request.Info.Name);
            if (configuration["metadata", "uid"]?.AsText() is { Length: > 0 } uid)
            {
                throw Failures.Conflict(request.Resource, request.Info.Name, $"uid mismatch: the provided object specified uid {uid}, and no existing object was found");
            }

            var created = await CreateAsync(request, configuration, dryRun).ConfigureAwait(false);
            await Answers.ObjectAsync(request, 201, created, server.Now).ConfigureAwait(false);
            return;
        }

        var updated = await updating.RunAsync(request, current, live => ApplyAsync(request, configuration, live), tracked: true, dryRun).ConfigureAwait(false);
        await Answers.ObjectAsync(request, 200, updated, server.Now).ConfigureAwait(false);
    }

    private async ValueTask<IAnswerObject> CreateAsync(ApiRequest request, MapValue configuration, bool dryRun)
    {
        var named = configuration["metadata", "name"]?.AsText() is { Length: > 0 } ? configuration : configuration.With(["metadata", "name"], request.Info.Name);
        if (named["metadata", "name"]?.AsText() != request.Info.Name)
        {
            throw Failures.BadRequest($"the name of the object ({named["metadata", "name"]?.AsText()}) does not match the name on the URL ({request.Info.Name})");
        }

        var applied = Take(await VersionConversions.RunAsync(request.Resource, "", fields => fields.Apply(null, named, request.Options.FieldManager, request.Options.Force, server.Now), request.Cancel).ConfigureAwait(false));
        var value = Ownership.Take(ReadStrictly(request, applied), applied);
        return await creation.RunAsync(request, value, tracked: true, dryRun).ConfigureAwait(false);
    }

    private async ValueTask<ApiObject> ApplyAsync(ApiRequest request, MapValue configuration, CachedObject live)
    {
        var before = live.Object.ToValue();
        var result = await VersionConversions.RunAsync(
            request.Resource, request.Info.Subresource, fields => fields.Apply(before, configuration, request.Options.FieldManager, request.Options.Force, server.Now), request.Cancel).ConfigureAwait(false);
        var applied = Take(result);
        applied = ManagedFieldTimes.KeepUnlessChanged(before, applied);
        return ReadStrictly(request, applied);
    }

    private static ApiObject ReadStrictly(ApiRequest request, MapValue applied)
    {
        var report = new DecodeReport();
        var value = request.Resource.ReadValue(applied, report);
        RequestBody.HandleFindings(request, report);
        return value;
    }

    /// <summary>Refuses an apply that does not say who applies.</summary>
    public static void RequireManager(ApiRequest request)
    {
        if (request.Options.FieldManager.Length == 0) throw Invalid("fieldManager", CauseType.FieldValueRequired, "Required value: is required for apply patch");
    }

    /// <summary>What an apply leads to, or the refusal that it is.</summary>
    public static MapValue Take(ApplyResult result) => result.Outcome switch
    {
        ApplyOutcome.Applied => result.Object!,
        ApplyOutcome.Conflict => throw Failures.ApplyConflict(
            result.Message,
            result.Conflicts.Select(conflict => new StatusCause { Reason = FieldConflict.Reason, Message = conflict.Message, Field = conflict.Path.ToString() }).ToApiList()),
        ApplyOutcome.BadRequest => throw Failures.BadRequest(result.Message),
        _ => throw Failures.Internal(result.Message),
    };

    private static ApiException Invalid(string field, string reason, string message) =>
        Failures.Invalid("meta.k8s.io", "PatchOptions", "", [new StatusCause { Field = field, Reason = reason, Message = message }]);
}
