using Keelson.Api;
using Keelson.Api.ApiExtensions.V1;
using Keelson.Api.Meta.V1;
using Keelson.Client;
using ConditionStatus = Keelson.Api.ApiExtensions.V1.ConditionStatus;

namespace Keelson.Control.Controllers.StorageMigrations;

/// <summary>Tells the definition of a custom resource that its objects are being migrated, and what came of it.</summary>
internal sealed class DefinitionMigration(ControllerContext context)
{
    /// <summary>How often a write is tried that others keep overtaking; default 10. The whole is tried again later.</summary>
    private const int MaxTries = 10;

    public Task BeginAsync(GroupResource resource, string migration, CancellationToken cancel) => ChangeAsync(
        resource, definition => Tell(definition, ConditionStatus.True, "MigrationRunning", $"Migration {migration} is running"), cancel);

    /// <summary>Tells the end. All versions but the one for storing are given up if the definition is what it was at the beginning.</summary>
    public Task EndAsync(GroupResource resource, bool isGood, CancellationToken cancel) => ChangeAsync(resource, definition => End(definition, isGood), cancel);

    private CustomResourceDefinition End(CustomResourceDefinition definition, bool isGood)
    {
        var begun = definition.Status.Conditions.FirstOrDefault(condition => condition.Type == CustomResourceDefinitionConditionType.StorageMigrating);
        var isSame = begun?.ObservedGeneration == definition.Metadata.Generation;
        if (!isGood) return Tell(definition, ConditionStatus.False, "MigrationFailed", "The migration has failed");
        if (!isSame) return Tell(definition, ConditionStatus.False, "MigrationSucceeded", "The migration has succeeded but the stored versions have not been updated due to a generation mismatch");
        var stored = definition.Spec.Versions.Where(version => version.Storage).Select(version => version.Name).ToApiList();
        var told = Tell(definition, ConditionStatus.False, "MigrationSucceeded", "The migration has succeeded and the stored versions have been updated");
        return told with { Status = told.Status with { StoredVersions = stored } };
    }

    private CustomResourceDefinition Tell(CustomResourceDefinition definition, string status, string reason, string message)
    {
        var conditions = definition.Status.Conditions;
        var place = conditions.FindIndex(known => known.Type == CustomResourceDefinitionConditionType.StorageMigrating);
        var condition = new CustomResourceDefinitionCondition
        {
            Type = CustomResourceDefinitionConditionType.StorageMigrating,
            Status = status,
            Reason = reason,
            Message = message,
            LastTransitionTime = place >= 0 && conditions[place].Status == status ? conditions[place].LastTransitionTime : context.Now,
            ObservedGeneration = definition.Metadata.Generation,
        };
        return definition with { Status = definition.Status with { Conditions = place < 0 ? conditions.Add(condition) : conditions.With(place, condition) } };
    }

    private async Task ChangeAsync(GroupResource resource, Func<CustomResourceDefinition, CustomResourceDefinition> change, CancellationToken cancel)
    {
        var definitions = context.Client.Resource<CustomResourceDefinition>();
        for (var attempt = 1; ; attempt++)
        {
            // A built-in resource has no definition.
            if (await definitions.FindAsync($"{resource.Resource}.{resource.Group}", cancel).ConfigureAwait(false) is not { } definition) return;
            try
            {
                await definitions.UpdateStatusAsync(change(definition), cancel: cancel).ConfigureAwait(false);
                return;
            }
            catch (ApiException overtaken) when (overtaken.IsConflict && attempt < MaxTries)
            {
                // Once more, with what is there now.
            }
        }
    }
}
