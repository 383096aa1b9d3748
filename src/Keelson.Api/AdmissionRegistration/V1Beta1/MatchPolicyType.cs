namespace Keelson.Api.AdmissionRegistration.V1Beta1;

/// <summary>The values of MatchPolicyType that are known.</summary>
public static class MatchPolicyType
{
    public const string Equivalent = "Equivalent";
    public const string Exact = "Exact";
}
