namespace Keelson.Api.AdmissionRegistration.V1Beta1;

/// <summary>The values of SideEffectClass that are known.</summary>
public static class SideEffectClass
{
    public const string None = "None";
    public const string NoneOnDryRun = "NoneOnDryRun";
    public const string Some = "Some";
    public const string Unknown = "Unknown";
}
