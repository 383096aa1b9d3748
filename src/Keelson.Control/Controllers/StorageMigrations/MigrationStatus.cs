using Keelson.Api;
using Keelson.Api.Meta.V1;
using Keelson.Api.StorageMigration.V1Beta1;

namespace Keelson.Control.Controllers.StorageMigrations;

/// <summary>Reads and writes the conditions of a migration. Pure.</summary>
internal static class MigrationStatus
{
    public static bool Is(StorageVersionMigration migration, string type) =>
        migration.Status.Conditions.Any(condition => condition.Type == type && condition.Status == "True");

    /// <summary>Whether it has come to an end, good or bad.</summary>
    public static bool IsOver(StorageVersionMigration migration) => Is(migration, MigrationConditionType.Succeeded) || Is(migration, MigrationConditionType.Failed);

    /// <summary>Whether an end has to be tidied up after.</summary>
    public static bool HasRun(StorageVersionMigration migration) => migration.Status.Conditions.Any(condition => condition.Type == MigrationConditionType.Running);

    public static StorageVersionMigration Running(StorageVersionMigration migration, Time now) =>
        With(migration, MigrationConditionType.Running, "True", "MigrationRunning", "The migration is running", now);

    public static StorageVersionMigration Succeeded(StorageVersionMigration migration, Time now) =>
        With(Stopped(migration, now), MigrationConditionType.Succeeded, "True", "StorageVersionMigrationSucceeded", "", now);

    public static StorageVersionMigration Failed(StorageVersionMigration migration, string why, Time now) =>
        With(Stopped(migration, now), MigrationConditionType.Failed, "True", "StorageVersionMigrationFailed", why, now);

    /// <summary>The migration as it stays once it is over.</summary>
    public static StorageVersionMigration Tidied(StorageVersionMigration migration) =>
        migration with { Status = migration.Status with { Conditions = migration.Status.Conditions.RemoveAll(condition => condition.Type == MigrationConditionType.Running) } };

    /// <summary>Which of the migrations of one resource goes next: the oldest. Null where one goes already, or none waits.</summary>
    public static StorageVersionMigration? Next(IEnumerable<StorageVersionMigration> ofOneResource)
    {
        var open = ofOneResource.Where(migration => !IsOver(migration)).ToList();
        if (open.Exists(migration => Is(migration, MigrationConditionType.Running))) return null;
        return open.OrderBy(migration => migration.Metadata.CreationTimestamp).ThenBy(migration => migration.Metadata.Name, StringComparer.Ordinal).FirstOrDefault();
    }

    private static StorageVersionMigration Stopped(StorageVersionMigration migration, Time now) =>
        HasRun(migration) ? With(migration, MigrationConditionType.Running, "False", "MigrationRunning", "The migration is running", now) : migration;

    private static StorageVersionMigration With(StorageVersionMigration migration, string type, string status, string reason, string message, Time now)
    {
        var conditions = migration.Status.Conditions;
        var condition = new Condition { Type = type, Status = status, Reason = reason, Message = message, LastTransitionTime = now };
        var place = conditions.FindIndex(known => known.Type == type);
        if (place >= 0 && conditions[place].Status == status) condition = condition with { LastTransitionTime = conditions[place].LastTransitionTime };
        return migration with { Status = migration.Status with { Conditions = place < 0 ? conditions.Add(condition) : conditions.With(place, condition) } };
    }
}
