namespace Keelson.Api.StorageMigration.V1Beta1;

/// <summary>The values of MigrationConditionType that are known.</summary>
public static class MigrationConditionType
{
    public const string Failed = "Failed";
    public const string Running = "Running";
    public const string Succeeded = "Succeeded";
}
