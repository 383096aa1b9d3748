using Keelson.Api.Meta.V1;

namespace Keelson.Api.AdmissionRegistration.V1;

/// <summary>
/// Lets cluster administrators set or fix fields of incoming objects with CEL expressions that run in the API server. It has no
/// effect until a MutatingAdmissionPolicyBinding refers to it.
/// </summary>
[Resource("admissionregistration.k8s.io", "v1", "mutatingadmissionpolicies", Scope.Cluster, Categories = ["api-extensions"])]
public sealed partial record MutatingAdmissionPolicy
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>What to match and how to change it.</summary>
    [Field(2)] public MutatingAdmissionPolicySpec Spec { get; init; } = MutatingAdmissionPolicySpec.Empty;
}

/// <summary>Contents of a mutating policy.</summary>
[ApiType]
public sealed partial record MutatingAdmissionPolicySpec
{
    /// <summary>Kind of the parameter objects; unset means the policy takes no parameters and params is null in CEL.</summary>
    [Field(1)] public ParamKind? ParamKind { get; init; }

    /// <summary>
    /// Requests the policy applies to; required, since a policy without it matches nothing. Policies and bindings themselves cannot
    /// be matched.
    /// </summary>
    [Field(2)] public MatchResources? MatchConstraints { get; init; }

    /// <summary>Named CEL expressions the mutations may use as variables.NAME; each may refer only to earlier ones.</summary>
    [Field(3), Atomic] public ApiList<Variable> Variables { get; init; }

    /// <summary>Changes to make, applied in order.</summary>
    [Field(4), Atomic] public ApiList<Mutation> Mutations { get; init; }

    /// <summary>What an evaluation error or a bad configuration leads to: Fail (default) rejects the request, Ignore skips the policy.</summary>
    [Field(5), KnownValues(typeof(FailurePolicyType))] public string? FailurePolicy { get; init; }

    /// <summary>CEL filters evaluated after the selectors; all must be true. At most 64.</summary>
    [Field(6), ListMap("name"), StrategicMerge("merge", Key = "name")] public ApiList<MatchCondition> MatchConditions { get; init; }

    /// <summary>
    /// Never runs the policy once per request; IfNeeded runs it again when a later plugin has changed the object, so the mutation
    /// must be idempotent.
    /// </summary>
    [Field(7), KnownValues(typeof(ReinvocationPolicyType))] public string ReinvocationPolicy { get; init; } = "";
}

/// <summary>One change made by a mutating policy, in one of two notations.</summary>
[ApiType]
public sealed partial record Mutation
{
    /// <summary>Selects the notation: ApplyConfiguration or JSONPatch. The matching field must be set.</summary>
    [Field(2, Emit = Emit.Always), KnownValues(typeof(PatchType))] public string PatchType { get; init; } = "";

    /// <summary>The change as a partial object to merge; only with patchType ApplyConfiguration.</summary>
    [Field(3)] public ApplyConfiguration? ApplyConfiguration { get; init; }

    /// <summary>The change as JSON Patch operations; only with patchType JSONPatch.</summary>
    [Field(4)] public JSONPatch? JsonPatch { get; init; }
}

/// <summary>A mutation written as a CEL expression that yields a partial object to merge in.</summary>
[ApiType]
public sealed partial record ApplyConfiguration
{
    /// <summary>
    /// CEL expression returning an Object value with just the fields to set; it is merged like server-side apply, and may not change
    /// atomic lists, maps or structs.
    /// </summary>
    [Field(1)] public string Expression { get; init; } = "";
}

/// <summary>A mutation written as a CEL expression that yields JSON Patch operations.</summary>
[ApiType]
public sealed partial record JSONPatch
{
    /// <summary>CEL expression returning a list of JSONPatch values, each with op, path and, as needed, from and value.</summary>
    [Field(1)] public string Expression { get; init; } = "";
}

/// <summary>The values of PatchType that are known.</summary>
[Closed]
public static class PatchType
{
    public const string ApplyConfiguration = "ApplyConfiguration";
    public const string JSONPatch = "JSONPatch";
}
