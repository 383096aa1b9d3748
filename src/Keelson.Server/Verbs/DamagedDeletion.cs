using Keelson.Api.Meta.V1;
using Keelson.Server.Access;
using Keelson.Server.Cache;
using Keelson.Server.Http;
using Keelson.Server.Storing;

namespace Keelson.Server.Verbs;

/// <summary>Removes what can't be read, without asking finalizers and preconditions: for who may, and says that it is meant.</summary>
internal sealed class DamagedDeletion(ObjectStore objects, IAuthorizer authorizer)
{
    public const string Option = "ignoreStoreReadErrorWithClusterBreakingPotential";

    private const string Verb = "unsafe-delete-ignore-read-errors";

    public async ValueTask RunAsync(ApiRequest request, DeleteOptions options)
    {
        Check(options);
        var decision = await authorizer.AuthorizeAsync(request.User, request.Info with { Verb = Verb }, request.Cancel).ConfigureAwait(false);
        if (!decision.IsAllowed) throw Failures.Forbidden(request.Resource, request.Info.Name, $"not permitted to do \"{Verb}\", reason: {decision.Reason}");
        var damaged = await FindAsync(request).ConfigureAwait(false);
        if (!await objects.DeleteDamagedAsync(damaged, request.Cancel).ConfigureAwait(false)) throw Failures.Modified(request.Resource, request.Info.Name);
    }

    private async ValueTask<DamagedObject> FindAsync(ApiRequest request)
    {
        try
        {
            var found = await objects.GetAsync(request.Resource, request.Name, request.Cancel).ConfigureAwait(false) ?? throw Failures.NotFound(request.Resource, request.Info.Name);

            // JSON that is no object of the kind is found out by reading it.
            _ = found.Object;
        }
        catch (DamagedObjectException damaged)
        {
            return damaged.Damaged;
        }

        throw Failures.Invalid(
            request.Resource.Kind.Group, request.Resource.Info.Plural, request.Info.Name,
            [Cause("is exclusively used to delete corrupt object(s), try again by removing this option")]);
    }

    private static void Check(DeleteOptions options)
    {
        var causes = new List<StatusCause>();
        if (!options.DryRun.IsEmpty) causes.Add(Cause("cannot be set together with .dryRun"));
        if (options.GracePeriodSeconds is not null) causes.Add(Cause("cannot be set together with .gracePeriodSeconds"));
        if (options.OrphanDependents is not null) causes.Add(Cause("cannot be set together with .orphanDependents"));
        if (options.Preconditions is not null) causes.Add(Cause("cannot be set together with .preconditions"));
        if (options.PropagationPolicy is not null) causes.Add(Cause("cannot be set together with .propagationPolicy"));
        if (causes.Count > 0) throw Failures.Invalid("meta.k8s.io", "DeleteOptions", "", causes);
    }

    public static StatusCause Cause(string why) => new() { Reason = CauseType.FieldValueInvalid, Field = Option, Message = $"Invalid value: true: {why}" };
}
