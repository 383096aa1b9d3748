using Keelson.Api.Meta.V1;

namespace Keelson.Api.AdmissionRegistration.V1;

/// <summary>
/// Activates a MutatingAdmissionPolicy for a scope of requests and supplies its parameters. Several bindings may use the same
/// policy, each adding its own evaluation.
/// </summary>
[Resource("admissionregistration.k8s.io", "v1", "mutatingadmissionpolicybindings", Scope.Cluster, Categories = ["api-extensions"])]
public sealed partial record MutatingAdmissionPolicyBinding
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>Which policy is bound, with which parameters and scope.</summary>
    [Field(2)] public MutatingAdmissionPolicyBindingSpec Spec { get; init; } = MutatingAdmissionPolicyBindingSpec.Empty;
}

/// <summary>Contents of a mutating policy binding.</summary>
[ApiType]
public sealed partial record MutatingAdmissionPolicyBindingSpec
{
    /// <summary>Name of the MutatingAdmissionPolicy to put in force. A binding to a missing policy does nothing.</summary>
    [Field(1)] public string PolicyName { get; init; } = "";

    /// <summary>The parameter object or objects handed to the policy; needed only if the policy declares a paramKind.</summary>
    [Field(2)] public ParamRef? ParamRef { get; init; }

    /// <summary>Narrows further what the policy already matches; it can never widen it. Unset adds no restriction.</summary>
    [Field(3)] public MatchResources? MatchResources { get; init; }
}
