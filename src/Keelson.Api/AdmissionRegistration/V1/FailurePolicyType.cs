namespace Keelson.Api.AdmissionRegistration.V1;

/// <summary>The values of FailurePolicyType that are known.</summary>
[Closed]
public static class FailurePolicyType
{
    public const string Fail = "Fail";
    public const string Ignore = "Ignore";
}
