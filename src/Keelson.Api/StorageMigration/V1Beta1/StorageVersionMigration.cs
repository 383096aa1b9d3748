using Keelson.Api.Meta.V1;

namespace Keelson.Api.StorageMigration.V1Beta1;

/// <summary>
/// Rewrites every stored object of a resource so that none is left in an old version or under an old encryption key.
/// Administrators create it after changing the storage version or key; a controller does the work once and reports in the
/// status.
/// </summary>
[Resource("storagemigration.k8s.io", "v1beta1", "storageversionmigrations", Scope.Cluster, Subresources = ["status"])]
public sealed partial record StorageVersionMigration
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>What to migrate. Immutable.</summary>
    [Field(2)] public StorageVersionMigrationSpec Spec { get; init; } = StorageVersionMigrationSpec.Empty;

    /// <summary>Progress; written by the migrator.</summary>
    [Field(3)] public StorageVersionMigrationStatus Status { get; init; } = StorageVersionMigrationStatus.Empty;
}

/// <summary>Contents of a migration.</summary>
[ApiType]
public sealed partial record StorageVersionMigrationSpec
{
    /// <summary>Group and plural name of the resource to migrate. Immutable.</summary>
    [Field(1, Emit = Emit.Always)] public GroupResource Resource { get; init; } = GroupResource.Empty;
}

/// <summary>Progress of a migration.</summary>
[ApiType]
public sealed partial record StorageVersionMigrationStatus
{
    /// <summary>Current conditions: Running, Succeeded or Failed.</summary>
    [Field(1), ListMap("type"), StrategicMerge("merge", Key = "type")] public ApiList<Condition> Conditions { get; init; }

    /// <summary>Resource version of the list the migration began with; objects written later need no migration.</summary>
    [Field(2)] public string ResourceVersion { get; init; } = "";
}
