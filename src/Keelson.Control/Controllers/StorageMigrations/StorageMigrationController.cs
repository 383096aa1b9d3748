using Keelson.Api.Meta.V1;
using Keelson.Api.StorageMigration.V1Beta1;
using Keelson.Api.Values;
using Keelson.Client;
using Keelson.Client.Informers;
using Keelson.Client.Reconciling;
using Keelson.Client.Resources;

namespace Keelson.Control.Controllers.StorageMigrations;

/// <summary>Writes every object of a resource again, unchanged, so that all are stored as the server stores them today.</summary>
/// <remarks>
/// Of the migrations of one resource one runs at a time, the oldest first. The resource is not served by every server, so the
/// controller asks from time to time whether it is, and follows it from then on.
/// </remarks>
internal sealed class StorageMigrationController(ControllerContext context) : IController, IReconciler<StorageVersionMigration>
{
    private const string Name = "storage-version-migrator-controller";

    /// <summary>Objects of one page; default 500.</summary>
    private const int PageSize = 500;

    /// <summary>How long a resource may be missing, as it may have been defined a moment ago; default a minute, as upstream.</summary>
    private static readonly TimeSpan MissingFor = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(10);

    private readonly Informer<StorageVersionMigration> _migrations = new(
        context.Client.Resource<StorageVersionMigration>(),
        new InformerOptions { Seed = context.Options.Seed, OnError = failure => context.Report(Name, default, 0, failure) });

    private readonly DefinitionMigration _definitions = new(context);

    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            while (!await IsServedAsync(cancel).ConfigureAwait(false)) await Task.Delay(context.Options.DiscoveryPeriod, context.Time, cancel).ConfigureAwait(false);
            using var loop = context.Loop(Name, this).Watch(_migrations).Watch(_migrations, OfTheSameResource);
            await Task.WhenAll(_migrations.RunAsync(cancel), loop.RunAsync(cancel)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // That is how it ends.
        }
    }

    public async Task<Outcome> ReconcileAsync(ObjectKey key, CancellationToken cancel)
    {
        if (_migrations.Get(key) is not { } migration) return Outcome.Done;
        if (MigrationStatus.IsOver(migration))
        {
            await TidyAsync(migration, cancel).ConfigureAwait(false);
            return Outcome.Done;
        }

        if (!MigrationStatus.Is(migration, MigrationConditionType.Running))
        {
            // Whoever runs wakes the others when it is over.
            if (MigrationStatus.Next(Siblings(migration))?.Metadata.Name != migration.Metadata.Name) return Outcome.Done;
            await _definitions.BeginAsync(migration.Spec.Resource, migration.Metadata.Name, cancel).ConfigureAwait(false);
            await WriteAsync(MigrationStatus.Running(migration, context.Now), cancel).ConfigureAwait(false);
            return Outcome.Done;
        }

        return await RunAsync(migration, cancel).ConfigureAwait(false);
    }

    private async Task<Outcome> RunAsync(StorageVersionMigration migration, CancellationToken cancel)
    {
        if (await FindAsync(migration.Spec.Resource, cancel).ConfigureAwait(false) is not { } resource)
        {
            if (migration.Metadata.CreationTimestamp.ToDateTimeOffset() + MissingFor > context.Time.GetUtcNow()) return Outcome.After(LookAgainAfter);
            await WriteAsync(MigrationStatus.Failed(migration, "resource does not exist in discovery", context.Now), cancel).ConfigureAwait(false);
            return Outcome.Done;
        }

        if (migration.Status.ResourceVersion.Length == 0)
        {
            var list = await context.Client.Metadata(resource).ListAsync(new ListQuery { Limit = 1 }, cancel).ConfigureAwait(false);
            migration = await WriteAsync(migration with { Status = migration.Status with { ResourceVersion = list.ResourceVersion } }, cancel).ConfigureAwait(false);
        }

        try
        {
            await foreach (var item in context.Client.Metadata(resource).EnumerateAsync(new ListQuery { Limit = PageSize }, cancel).ConfigureAwait(false)) await RewriteAsync(resource, item.Metadata, cancel).ConfigureAwait(false);
        }
        catch (ApiException failure) when (!IsPassing(failure))
        {
            await WriteAsync(MigrationStatus.Failed(migration, $"migration encountered unhandled error: {failure.Message}", context.Now), cancel).ConfigureAwait(false);
            return Outcome.Done;
        }

        await WriteAsync(MigrationStatus.Succeeded(migration, context.Now), cancel).ConfigureAwait(false);
        return Outcome.Done;
    }

    /// <summary>Applies nothing to an object: it is stored again if that makes a difference.</summary>
    private async Task RewriteAsync(ApiResource resource, ObjectMeta metadata, CancellationToken cancel)
    {
        // With both of these an object that is another one by now, or gone, is left alone.
        var nothing = MapValue.Of(
            ("apiVersion", resource.ApiVersion), ("kind", resource.Kind), ("metadata", MapValue.Of(("uid", metadata.Uid), ("resourceVersion", metadata.ResourceVersion))));
        try
        {
            await context.Client.Metadata(resource).In(metadata.Namespace)
                .PatchAsync(metadata.Name, PatchBody.Apply(nothing), new WriteOptions { FieldManager = Name }, cancel: cancel).ConfigureAwait(false);
        }
        catch (ApiException other) when (other.IsConflict || other.IsNotFound)
        {
            // It was written since, and so it is as it should be; or it is gone.
        }
    }

    private async Task TidyAsync(StorageVersionMigration migration, CancellationToken cancel)
    {
        if (!MigrationStatus.HasRun(migration)) return;
        await _definitions.EndAsync(migration.Spec.Resource, MigrationStatus.Is(migration, MigrationConditionType.Succeeded), cancel).ConfigureAwait(false);
        await WriteAsync(MigrationStatus.Tidied(migration), cancel).ConfigureAwait(false);
    }

    private Task<StorageVersionMigration> WriteAsync(StorageVersionMigration migration, CancellationToken cancel) =>
        context.Client.Resource<StorageVersionMigration>().UpdateStatusAsync(migration, cancel: cancel);

    private IEnumerable<StorageVersionMigration> Siblings(StorageVersionMigration migration) =>
        _migrations.Snapshot.All.Where(other => other.Spec.Resource == migration.Spec.Resource);

    private IEnumerable<ObjectKey> OfTheSameResource(StorageVersionMigration changed) =>
        Siblings(changed).Where(other => !MigrationStatus.IsOver(other)).Select(other => new ObjectKey("", other.Metadata.Name));

    private async Task<ApiResource?> FindAsync(GroupResource wanted, CancellationToken cancel)
    {
        var served = await context.Client.Discovery.GetResourcesAsync(cancel).ConfigureAwait(false);
        return served.Resources.FirstOrDefault(entry => entry.Resource.Group == wanted.Group && entry.Resource.Plural == wanted.Resource && entry.Can("list") && entry.Can("patch"))?.Resource;
    }

    private async Task<bool> IsServedAsync(CancellationToken cancel)
    {
        try
        {
            var served = await context.Client.Discovery.GetResourcesAsync(cancel).ConfigureAwait(false);
            return served.Resources.Any(entry => entry.Resource == _migrations.Resource);
        }
        catch (Exception failure) when (failure is ApiException or HttpRequestException or TimeoutException or IOException)
        {
            context.Report(Name, default, 0, failure);
            return false;
        }
    }

    // What may be over the next time: the whole is tried again, and what was written already costs little. A page may have become too old.
    private static bool IsPassing(ApiException failure) => failure.IsTooManyRequests || failure.IsServiceUnavailable || failure.IsInternalError || failure.IsTimeout || failure.IsGone;
}
