using Keelson.Api.Meta.V1;

namespace Keelson.Api.AdmissionRegistration.V1Beta1;

/// <summary>
/// Activates a ValidatingAdmissionPolicy, choosing scope, parameters and whether violations deny, warn or are audited. Several
/// bindings may use the same policy, and all are enforced.
/// </summary>
[Resource("admissionregistration.k8s.io", "v1beta1", "validatingadmissionpolicybindings", Scope.Cluster, Categories = ["api-extensions"])]
public sealed partial record ValidatingAdmissionPolicyBinding
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>Which policy is bound, to what, and how violations are handled.</summary>
    [Field(2), Required] public ValidatingAdmissionPolicyBindingSpec Spec { get; init; } = ValidatingAdmissionPolicyBindingSpec.Empty;
}

/// <summary>Contents of a validating policy binding.</summary>
[ApiType]
public sealed partial record ValidatingAdmissionPolicyBindingSpec
{
    /// <summary>Name of the ValidatingAdmissionPolicy to put in force; required. A binding to a missing policy does nothing.</summary>
    [Field(1), Required] public string PolicyName { get; init; } = "";

    /// <summary>The parameter object or objects handed to the policy; needed only if the policy declares a paramKind.</summary>
    [Field(2)] public ParamRef? ParamRef { get; init; }

    /// <summary>Narrows further what the policy already matches; it can never widen it. Unset adds no restriction.</summary>
    [Field(3)] public MatchResources? MatchResources { get; init; }

    /// <summary>
    /// What a failed validation causes: Deny rejects, Warn sends a warning, Audit notes it in the audit event. At least one; Deny
    /// and Warn exclude each other.
    /// </summary>
    [Field(4), Required, KnownValues(typeof(ValidationAction)), ListSet] public ApiList<string> ValidationActions { get; init; }
}

/// <summary>The values of ValidationAction that are known.</summary>
[Closed]
public static class ValidationAction
{
    public const string Audit = "Audit";
    public const string Deny = "Deny";
    public const string Warn = "Warn";
}
