using Keelson.Api;
using Keelson.Api.Meta.V1;
using Keelson.Api.Values;
using Keelson.Server.Admission;
using Keelson.Server.Allocation;
using Keelson.Server.Http;
using Keelson.Server.Objects;
using Keelson.Server.Registry;

namespace Keelson.Server.Verbs;

/// <summary>Makes a new object of what a client sent, checks it and stores it.</summary>
internal sealed class Creation(ServerContext server)
{
    /// <summary>How often a generated name is drawn until it is free; default 8, as upstream.</summary>
    private const int MaxDraws = 8;

    /// <summary>How often a write is tried that others keep overtaking; default 50.</summary>
    private const int MaxTries = 50;

    /// <param name="tracked">The managed fields are in the object already, as after an apply.</param>
    public async ValueTask<IAnswerObject> RunAsync(ApiRequest request, ApiObject sent, bool tracked, bool dryRun)
    {
        var resource = request.Resource;

        // Who may change the object is asked once, before there is a name; who may refuse it is asked about every name that is drawn.
        var unnamed = await AdmitAsync(request, sent, tracked, dryRun).ConfigureAwait(false);
        var generate = unnamed.Metadata is { Name.Length: 0, GenerateName.Length: > 0 };
        var draw = 1;
        for (var attempt = 1; ; attempt++)
        {
            var admitted = resource.Strategy.Complete(generate ? unnamed.With(unnamed.Metadata with { Name = server.NewName(unnamed.Metadata.GenerateName) }) : unnamed);
            var name = new ObjectName(admitted.Metadata.Namespace, admitted.Metadata.Name);
            var (created, reservation) = await server.Services.AssignAsync(resource, admitted, null, dryRun, request.Cancel).ConfigureAwait(false);
            using var held = new HeldReservation(reservation);
            await CheckAsync(request, created, dryRun).ConfigureAwait(false);
            if (dryRun)
            {
                if (await server.Objects.GetAsync(resource, name, request.Cancel).ConfigureAwait(false) is null) return new UnstoredObject(created);
            }
            else
            {
                held.BeginWrite();
                var stored = await server.Objects.CreateAsync(resource, name, created, request.Cancel).ConfigureAwait(false);
                held.EndWrite(stored.Value?.Revision);
                if (stored.Succeeded) return stored.Value!;
                if (stored.IsOvertaken && attempt < MaxTries) continue;
                if (stored.IsOvertaken) throw Failures.Modified(resource, name.Name);
            }

            if (!generate) throw Failures.AlreadyExists(resource, name.Name);
            if (draw++ == MaxDraws) throw Failures.GenerateNameConflict(resource, name.Name);
        }
    }

    private async ValueTask<ApiObject> AdmitAsync(ApiRequest request, ApiObject sent, bool tracked, bool dryRun)
    {
        var resource = request.Resource;
        var strategy = resource.Strategy;
        var value = Identify(request, sent);

        // Defaults may be in the status too, so what the client sent as one goes before.
        if (resource.HasStatus && strategy.StatusOnCreate == StatusOnCreate.Dropped) value = Statuses.With(resource, value, FirstStatus(strategy));
        value = strategy.PrepareForCreate(strategy.Default(value));
        if (!tracked) value = await Ownership.TrackAsync(resource, request.Info.Subresource, null, value, request.FieldManager, server.Now, request.Cancel).ConfigureAwait(false);
        var name = new ObjectName(value.Metadata.Namespace, value.Metadata.Name);
        var admission = new AdmissionRequest(AdmissionOperation.Create, resource, "", name, value, null, request.User, dryRun) { Warn = request.Warn, Annotate = request.Annotate, AnnotateObject = request.AnnotateObject, Options = () => AdmissionOptions.Of(request, AdmissionOperation.Create) };
        var admitted = await server.Admission.MutateAsync(admission, request.Cancel).ConfigureAwait(false) ?? value;
        return admission.Others.IsThere ? Narrow(request, admitted, value) : admitted;
    }

    /// <summary>What others changed, but for what only the server says.</summary>
    private static ApiObject Narrow(ApiRequest request, ApiObject changed, ApiObject before)
    {
        var (resource, own) = (request.Resource, before.Metadata);
        if (changed.Metadata.Namespace != own.Namespace) throw Failures.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
        if (resource.HasStatus && resource.Strategy.StatusOnCreate == StatusOnCreate.Dropped) changed = Statuses.With(resource, changed, before.ToValue()["status"]);
        return changed.With(changed.Metadata with
        {
            Uid = own.Uid,
            CreationTimestamp = own.CreationTimestamp,
            Generation = own.Generation,
            ResourceVersion = "",
            DeletionTimestamp = null,
            DeletionGracePeriodSeconds = null,
            SelfLink = "",
        });
    }

    private ValueTask CheckAsync(ApiRequest request, ApiObject value, bool dryRun)
    {
        MetadataRules.Check(request.Resource, value, request.Cancel);
        foreach (var warning in request.Resource.Strategy.Warnings(value, null)) request.Warn(warning);
        var name = new ObjectName(value.Metadata.Namespace, value.Metadata.Name);
        var admission = new AdmissionRequest(AdmissionOperation.Create, request.Resource, "", name, value, null, request.User, dryRun) { Warn = request.Warn, Annotate = request.Annotate, Options = () => AdmissionOptions.Of(request, AdmissionOperation.Create) };
        return server.Admission.ValidateAsync(admission, request.Cancel);
    }

    // What the server alone decides replaces whatever the client sent.
    private ApiObject Identify(ApiRequest request, ApiObject sent)
    {
        var metadata = sent.Metadata;
        if (metadata.ResourceVersion.Length > 0) throw Failures.BadRequest("resourceVersion should not be set on objects to be created");
        return sent.With(metadata with
        {
            Namespace = NamespaceOf(request, metadata),
            Uid = server.NewUid(),
            CreationTimestamp = Time.FromDateTimeOffset(server.Now),
            Generation = request.Resource.Strategy.CountsGenerations || request.Resource.KindInfo is null ? 1 : 0,
            DeletionTimestamp = null,
            DeletionGracePeriodSeconds = null,
            SelfLink = "",
        });
    }

    internal static string NamespaceOf(ApiRequest request, ObjectMeta metadata)
    {
        if (!request.Resource.IsNamespaced) return "";
        if (request.Info.Namespace.Length == 0) throw Failures.BadRequest("an empty namespace may not be set during creation");
        return metadata.Namespace.Length == 0 || metadata.Namespace == request.Info.Namespace
            ? request.Info.Namespace
            : throw Failures.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
    }

    private static Value? FirstStatus(ResourceStrategy strategy) => strategy.FirstStatus is { } json ? ValueReader.Read(json) : null;
}
