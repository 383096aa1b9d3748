using Keelson.Api;
using Keelson.Api.Meta.V1;
using Keelson.Server.Admission;
using Keelson.Server.Cache;
using Keelson.Server.Http;
using Keelson.Server.Objects;
using Keelson.Server.Storing;

namespace Keelson.Server.Verbs;

/// <summary>What came of a deletion.</summary>
/// <param name="Value">The object as it is now, or as it was at its end.</param>
internal readonly record struct Deletion(bool IsGone, CachedObject Value);

/// <summary>Removes an object, or marks it where a finalizer or a grace period keeps it.</summary>
internal sealed class Deleting(ServerContext server)
{
    private const string OrphanFinalizer = "orphan";
    private const string ForegroundFinalizer = "foregroundDeletion";
    private const int MaxTries = 50;

    /// <param name="isAdmitted">The deletion is part of a request that has passed the admission.</param>
    public async ValueTask<Deletion> RunAsync(ApiRequest request, CachedObject current, DeleteOptions options, bool isAdmitted = false)
    {
        var resource = request.Resource;
        var dryRun = QueryOptions.CheckDryRun(options.DryRun.AsSpan().ToArray());
        for (var attempt = 1; attempt <= MaxTries; attempt++)
        {
            CheckPreconditions(request, current, options.Preconditions);
            if (!isAdmitted) await AdmitAsync(request, current, options, dryRun).ConfigureAwait(false);
            var marked = Mark(request, current.Object, options);
            var gone = MayGo(request, marked);
            if (dryRun) return new Deletion(gone, current);
            if (!gone && ObjectStore.AreSame(marked, current)) return new Deletion(false, current);
            var result = gone
                ? await server.Objects.DeleteAsync(resource, current, request.Cancel).ConfigureAwait(false)
                : await server.Objects.ReplaceAsync(resource, current, marked, request.Cancel).ConfigureAwait(false);
            if (result.Succeeded) return new Deletion(gone, result.Value!);
            current = result.Value ?? throw Failures.NotFound(resource, current.Name.Name);
        }

        throw Failures.Modified(resource, current.Name.Name);
    }

    private async ValueTask AdmitAsync(ApiRequest request, CachedObject current, DeleteOptions options, bool dryRun)
    {
        var admission = new AdmissionRequest(AdmissionOperation.Delete, request.Resource, "", current.Name, null, current.Object, request.User, dryRun)
        {
            Warn = request.Warn,
            Annotate = request.Annotate,
            Options = () => ApiJson.Encode(options with { ApiVersion = "meta.k8s.io/v1", Kind = "DeleteOptions" }),
        };

        // There is nothing to change, but who may change is asked, too, and may refuse.
        await server.Admission.MutateAsync(admission, request.Cancel).ConfigureAwait(false);
        await server.Admission.ValidateAsync(admission, request.Cancel).ConfigureAwait(false);
    }

    private static bool MayGo(ApiRequest request, ApiObject marked) =>
        marked.Metadata.DeletionGracePeriodSeconds is null or 0 && marked.Metadata.Finalizers.IsEmpty && request.Resource.Strategy.MayGo(marked);

    /// <summary>The object as a deletion leaves it for as long as something keeps it.</summary>
    private ApiObject Mark(ApiRequest request, ApiObject current, DeleteOptions options)
    {
        var strategy = request.Resource.Strategy;
        var metadata = current.Metadata;
        var finalizers = Finalizers(request, metadata, options);
        var seconds = strategy.GracePeriod(current, options.GracePeriodSeconds) ?? 0;
        if (metadata.DeletionTimestamp is not null)
        {
            // A second deletion can only hasten the first.
            seconds = Math.Min(seconds, metadata.DeletionGracePeriodSeconds ?? 0);
            if (options.GracePeriodSeconds is null) seconds = metadata.DeletionGracePeriodSeconds ?? 0;
            return seconds == metadata.DeletionGracePeriodSeconds && finalizers == metadata.Finalizers
                ? current
                : current.With(metadata with { DeletionGracePeriodSeconds = seconds, DeletionTimestamp = Earlier(metadata, seconds), Finalizers = finalizers });
        }

        var marked = current.With(metadata with
        {
            Finalizers = finalizers,
            DeletionTimestamp = Time.FromDateTimeOffset(server.Now + TimeSpan.FromSeconds(seconds)),
            DeletionGracePeriodSeconds = seconds,
            Generation = metadata.Generation > 0 ? metadata.Generation + 1 : 0,
        });
        return strategy.PrepareForDeletion(marked);
    }

    private static Time? Earlier(ObjectMeta metadata, long seconds) =>
        metadata.DeletionTimestamp - TimeSpan.FromSeconds((metadata.DeletionGracePeriodSeconds ?? 0) - seconds);

    private static ApiList<string> Finalizers(ApiRequest request, ObjectMeta metadata, DeleteOptions options)
    {
        var (orphan, foreground) = options switch
        {
            { OrphanDependents: { } keep } => (keep, false),
            { PropagationPolicy: DeletionPropagation.Orphan } => (true, false),
            { PropagationPolicy: DeletionPropagation.Foreground } => (false, true),
            { PropagationPolicy: DeletionPropagation.Background } => (false, false),
            _ => (metadata.Finalizers.Contains(OrphanFinalizer) || request.Resource.Strategy.OrphansByDefault, metadata.Finalizers.Contains(ForegroundFinalizer)),
        };
        var kept = metadata.Finalizers.RemoveAll(name => name is OrphanFinalizer or ForegroundFinalizer);
        if (orphan) kept = kept.Add(OrphanFinalizer);
        if (foreground) kept = kept.Add(ForegroundFinalizer);
        return kept;
    }

    private static void CheckPreconditions(ApiRequest request, CachedObject current, Preconditions? preconditions)
    {
        var uid = current.Object.Metadata.Uid;
        if (preconditions?.Uid is { } wantedUid && wantedUid != uid)
        {
            throw Failures.Conflict(request.Resource, current.Name.Name, $"Precondition failed: UID in precondition: {wantedUid}, UID in object meta: {uid}");
        }

        var version = StoredForm.Version(current.Revision);
        if (preconditions?.ResourceVersion is { } wanted && wanted != version)
        {
            throw Failures.Conflict(
                request.Resource, current.Name.Name, $"Precondition failed: ResourceVersion in precondition: {wanted}, ResourceVersion in object meta: {version}");
        }
    }

    /// <summary>Refuses options that contradict each other, before anything is looked for.</summary>
    public static void Check(DeleteOptions options)
    {
        if (options is { OrphanDependents: not null, PropagationPolicy: not null })
        {
            throw Invalid("propagationPolicy", options.PropagationPolicy, "orphanDependents and deletionPropagation cannot be both set");
        }

        if (options.PropagationPolicy is null or DeletionPropagation.Orphan or DeletionPropagation.Foreground or DeletionPropagation.Background) return;
        throw Invalid("propagationPolicy", options.PropagationPolicy, "must be one of Foreground, Background, Orphan");
    }

    private static ApiException Invalid(string field, string value, string why) =>
        Failures.Invalid("meta.k8s.io", "DeleteOptions", "", [MetadataRules.Invalid(field, value, why)]);
}
