using System.Globalization;
using Keelson.Api.Meta.V1;
using Keelson.Server.Admission;
using Keelson.Server.Allocation;
using Keelson.Server.Cache;
using Keelson.Server.Http;
using Keelson.Server.Objects;
using Keelson.Server.Storing;

namespace Keelson.Server.Verbs;

/// <summary>Replaces an object by what a change makes of it, again and again until nobody else was faster.</summary>
internal sealed class Updating(ServerContext server)
{
    /// <summary>How often a write is tried that others keep overtaking; default 50. Upstream has no bound but the request's time.</summary>
    private const int MaxTries = 50;

    /// <param name="current">The object as it was seen last.</param>
    /// <param name="change">Makes the object that the client wants of the one that is there.</param>
    /// <param name="tracked">The change has seen to the managed fields, as an apply does.</param>
    /// <param name="isAdmitted">The change is part of a request that has passed the admission.</param>
    public ValueTask<IAnswerObject> RunAsync(ApiRequest request, CachedObject current, Func<CachedObject, ApiObject> change, bool tracked, bool dryRun, bool isAdmitted = false) =>
        RunAsync(request, current, live => ValueTask.FromResult(change(live)), tracked, dryRun, isAdmitted);

    /// <summary>The same with a change that takes its time.</summary>
    public async ValueTask<IAnswerObject> RunAsync(ApiRequest request, CachedObject current, Func<CachedObject, ValueTask<ApiObject>> change, bool tracked, bool dryRun, bool isAdmitted = false)
    {
        var resource = request.Resource;
        for (var attempt = 1; ; attempt++)
        {
            var admitted = await AdmitAsync(request, current, await change(current).ConfigureAwait(false), tracked, dryRun, isAdmitted).ConfigureAwait(false);
            var (updated, reservation) = request.Info.Subresource.Length > 0
                ? (admitted, null)
                : await server.Services.AssignAsync(resource, admitted, current.Object, dryRun, request.Cancel).ConfigureAwait(false);
            using var held = new HeldReservation(reservation);
            await CheckAsync(request, current, updated, dryRun, isAdmitted).ConfigureAwait(false);
            if (dryRun) return new UnstoredObject(updated.With(updated.Metadata with { ResourceVersion = StoredForm.Version(current.Revision) }));
            WriteResult result;
            if (IsFinished(request, updated))
            {
                result = await server.Objects.DeleteAsync(resource, current, request.Cancel).ConfigureAwait(false);
                if (result.Succeeded) return new UnstoredObject(updated.With(updated.Metadata with { ResourceVersion = StoredForm.Version(result.Value!.Revision) }));
            }
            else
            {
                // A write that changes nothing is none: the version stays. What is stored otherwise than it is shown is written anew:
                // so objects move to another storage version.
                if (!current.IsOutdated && ObjectStore.AreSame(updated, current)) return current;
                held.BeginWrite();
                result = await server.Objects.ReplaceAsync(resource, current, updated, request.Cancel).ConfigureAwait(false);
                held.EndWrite(result.Succeeded ? result.Value!.Revision : null);
                if (result.Succeeded) return result.Value!;
            }

            current = result.Value ?? throw Failures.NotFound(resource, current.Name.Name);
            if (attempt == MaxTries) throw Failures.Modified(resource, current.Name.Name);
        }
    }

    private async ValueTask<ApiObject> AdmitAsync(ApiRequest request, CachedObject cached, ApiObject sent, bool tracked, bool dryRun, bool isAdmitted)
    {
        var resource = request.Resource;
        var strategy = resource.Strategy;
        var current = cached.Object;
        CheckVersion(request, cached, sent.Metadata);
        sent = sent.With(Carry(request, sent.Metadata, current.Metadata));
        var value = strategy.Default(sent);
        value = request.Info.Subresource switch
        {
            "status" => strategy.PrepareForStatusUpdate(Statuses.Take(resource, current, value), current),
            "" or "finalize" => resource.HasStatus ? Statuses.With(resource, value, current.ToValue()["status"]) : value,
            var other => strategy.TakeSubresource(other, value, current, server.Now),
        };
        if (request.Info.Subresource.Length == 0) value = strategy.PrepareForUpdate(value, current);
        value = CountGeneration(request, value, current);
        if (!tracked) value = await Ownership.TrackAsync(resource, request.Info.Subresource, current, value, request.FieldManager, server.Now, request.Cancel).ConfigureAwait(false);
        if (isAdmitted) return value;
        var admission = new AdmissionRequest(AdmissionOperation.Update, resource, request.Info.Subresource, cached.Name, value, current, request.User, dryRun) { Warn = request.Warn, Annotate = request.Annotate, AnnotateObject = request.AnnotateObject, Options = () => AdmissionOptions.Of(request, AdmissionOperation.Update) };
        var admitted = await server.Admission.MutateAsync(admission, request.Cancel).ConfigureAwait(false) ?? value;
        return admission.Others.IsThere ? Narrow(request, admitted, value, current) : admitted;
    }

    /// <summary>What others changed, as far as the request itself may write it; what follows from it is found anew.</summary>
    private ApiObject Narrow(ApiRequest request, ApiObject changed, ApiObject before, ApiObject current)
    {
        var (resource, strategy) = (request.Resource, request.Resource.Strategy);
        var value = request.Info.Subresource switch
        {
            "status" => strategy.PrepareForStatusUpdate(Statuses.Take(resource, current, changed), current),
            "" or "finalize" => resource.HasStatus ? Statuses.With(resource, changed, before.ToValue()["status"]) : changed,
            var other => strategy.TakeSubresource(other, changed, current, server.Now),
        };
        return CountGeneration(request, value.With(value.Metadata with { Generation = current.Metadata.Generation }), current);
    }

    private ValueTask CheckAsync(ApiRequest request, CachedObject cached, ApiObject value, bool dryRun, bool isAdmitted)
    {
        var (resource, subresource) = (request.Resource, request.Info.Subresource);
        MetadataRules.CheckUpdate(resource, subresource, value, cached.Object, request.Cancel);
        if (subresource.Length == 0) foreach (var warning in resource.Strategy.Warnings(value, cached.Object)) request.Warn(warning);
        if (isAdmitted) return ValueTask.CompletedTask;
        var admission = new AdmissionRequest(AdmissionOperation.Update, resource, subresource, cached.Name, value, cached.Object, request.User, dryRun) { Warn = request.Warn, Annotate = request.Annotate, Options = () => AdmissionOptions.Of(request, AdmissionOperation.Update) };
        return server.Admission.ValidateAsync(admission, request.Cancel);
    }

    private static void CheckVersion(ApiRequest request, CachedObject current, ObjectMeta sent)
    {
        if (sent.Uid.Length > 0 && sent.Uid != current.Object.Metadata.Uid)
        {
            throw Failures.Conflict(
                request.Resource, current.Name.Name, $"Precondition failed: UID in precondition: {sent.Uid}, UID in object meta: {current.Object.Metadata.Uid}");
        }

        if (sent.ResourceVersion.Length is 0 || sent.ResourceVersion == "0")
        {
            if (request.Resource.Strategy.NeedsVersion || request.Resource.KindInfo is null) throw Failures.VersionNeeded(request.Resource, current.Name.Name);
            return;
        }

        if (!long.TryParse(sent.ResourceVersion, NumberStyles.None, CultureInfo.InvariantCulture, out var revision))
        {
            throw Failures.Invalid(request.Resource, current.Name.Name, [MetadataRules.Invalid("metadata.resourceVersion", sent.ResourceVersion, "must be a number")]);
        }

        if (revision != current.Revision) throw Failures.Modified(request.Resource, current.Name.Name);
    }

    // What only the server decides stays as it is, whatever the client sent.
    private static ObjectMeta Carry(ApiRequest request, ObjectMeta sent, ObjectMeta current)
    {
        if (sent.Name.Length > 0 && sent.Name != request.Info.Name)
        {
            throw Failures.BadRequest($"the name of the object ({sent.Name}) does not match the name on the URL ({request.Info.Name})");
        }

        if (sent.Namespace.Length > 0 && request.Resource.IsNamespaced && sent.Namespace != request.Info.Namespace)
        {
            throw Failures.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
        }

        return sent with
        {
            Name = current.Name,
            Namespace = current.Namespace,
            GenerateName = sent.GenerateName.Length == 0 ? current.GenerateName : sent.GenerateName,
            Uid = current.Uid,
            ResourceVersion = "",
            CreationTimestamp = current.CreationTimestamp,
            DeletionTimestamp = current.DeletionTimestamp,
            DeletionGracePeriodSeconds = current.DeletionGracePeriodSeconds,
            Generation = current.Generation,
            SelfLink = "",
        };
    }

    private static ApiObject CountGeneration(ApiRequest request, ApiObject value, ApiObject current)
    {
        var counts = request.Resource.Strategy.CountsGenerations || request.Resource.KindInfo is null;
        if (!counts || request.Info.Subresource == "status" || Statuses.WantTheSame(request.Resource, value, current)) return value;
        return value.With(value.Metadata with { Generation = current.Metadata.Generation + 1 });
    }

    /// <summary>Whether the object was waiting for its finalizers and now has none left.</summary>
    private static bool IsFinished(ApiRequest request, ApiObject value) =>
        value.Metadata is { DeletionTimestamp: not null, DeletionGracePeriodSeconds: null or 0 }
        && value.Metadata.Finalizers.IsEmpty
        && request.Resource.Strategy.MayGo(value);
}
