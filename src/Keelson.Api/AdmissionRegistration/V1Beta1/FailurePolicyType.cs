namespace Keelson.Api.AdmissionRegistration.V1Beta1;

/// <summary>The values of FailurePolicyType that are known.</summary>
public static class FailurePolicyType
{
    public const string Fail = "Fail";
    public const string Ignore = "Ignore";
}
