namespace Keelson.Api.Core.V1;

/// <summary>The values of RecursiveReadOnlyMode that are known.</summary>
public static class RecursiveReadOnlyMode
{
    public const string Disabled = "Disabled";
    public const string Enabled = "Enabled";
    public const string IfPossible = "IfPossible";
}
