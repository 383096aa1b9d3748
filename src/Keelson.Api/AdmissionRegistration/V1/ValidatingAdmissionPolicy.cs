using Keelson.Api.Meta.V1;

namespace Keelson.Api.AdmissionRegistration.V1;

/// <summary>
/// Lets cluster administrators reject unwanted requests with CEL rules that run in the API server, without operating a webhook.
/// It has no effect until a ValidatingAdmissionPolicyBinding refers to it.
/// </summary>
[Resource("admissionregistration.k8s.io", "v1", "validatingadmissionpolicies", Scope.Cluster,
    Categories = ["api-extensions"],
    Subresources = ["status"])]
public sealed partial record ValidatingAdmissionPolicy
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>What to match and which rules must hold.</summary>
    [Field(2)] public ValidatingAdmissionPolicySpec Spec { get; init; } = ValidatingAdmissionPolicySpec.Empty;

    /// <summary>What the server found when it checked the policy; written by the server.</summary>
    [Field(3)] public ValidatingAdmissionPolicyStatus Status { get; init; } = ValidatingAdmissionPolicyStatus.Empty;
}

/// <summary>Contents of a validating policy.</summary>
[ApiType]
public sealed partial record ValidatingAdmissionPolicySpec
{
    /// <summary>Kind of the parameter objects; unset means the policy takes no parameters and params is null in CEL.</summary>
    [Field(1)] public ParamKind? ParamKind { get; init; }

    /// <summary>Requests the policy applies to; required. Policies and bindings themselves cannot be matched.</summary>
    [Field(2)] public MatchResources? MatchConstraints { get; init; }

    /// <summary>Rules that must all hold. Either this or auditAnnotations must have an entry.</summary>
    [Field(3), Atomic] public ApiList<Validation> Validations { get; init; }

    /// <summary>
    /// What an evaluation error or a bad configuration leads to: Fail (default) counts as a violation, Ignore skips the policy.
    /// False results are not failures in this sense.
    /// </summary>
    [Field(4), KnownValues(typeof(FailurePolicyType))] public string? FailurePolicy { get; init; }

    /// <summary>Values to compute and add to the audit event. At most 20.</summary>
    [Field(5), Atomic] public ApiList<AuditAnnotation> AuditAnnotations { get; init; }

    /// <summary>CEL filters evaluated after the selectors; all must be true. At most 64.</summary>
    [Field(6), ListMap("name"), StrategicMerge("merge", Key = "name")] public ApiList<MatchCondition> MatchConditions { get; init; }

    /// <summary>Named CEL expressions usable as variables.NAME in the rest of the policy; each may refer only to earlier ones.</summary>
    [Field(7), ListMap("name"), StrategicMerge("merge", Key = "name")] public ApiList<Variable> Variables { get; init; }
}

/// <summary>A value a policy computes for each request and adds to the audit event.</summary>
[ApiType]
public sealed partial record AuditAnnotation
{
    /// <summary>Suffix of the annotation key; the audit event stores it as policy name, slash, key. Must be unique within the policy.</summary>
    [Field(1, Emit = Emit.Always)] public string Key { get; init; } = "";

    /// <summary>
    /// CEL expression giving a string to record or null to record nothing; the result is cut off at 10 KiB, and the expression
    /// itself may have at most 5 KiB.
    /// </summary>
    [Field(2, Emit = Emit.Always)] public string ValueExpression { get; init; } = "";
}

/// <summary>One CEL rule of a validating policy and what to say when it is broken.</summary>
[ApiType]
public sealed partial record Validation
{
    /// <summary>
    /// CEL expression that must yield true for the request to pass, with object, oldObject, request, params, namespaceObject,
    /// variables and authorizer in scope.
    /// </summary>
    [Field(1, Emit = Emit.Always)] public string Expression { get; init; } = "";

    /// <summary>Fixed text shown on failure. Required if expression spans lines; unset falls back to quoting the expression.</summary>
    [Field(2)] public string Message { get; init; } = "";

    /// <summary>Machine-readable cause that picks the HTTP code: Unauthorized, Forbidden, Invalid (default) or RequestEntityTooLarge.</summary>
    [Field(3), KnownValues(typeof(StatusReason))] public string? Reason { get; init; }

    /// <summary>CEL expression building the text; wins over message, which is used if this fails, is empty or contains line breaks.</summary>
    [Field(4)] public string MessageExpression { get; init; } = "";
}

/// <summary>What the server observed about a validating policy.</summary>
[ApiType]
public sealed partial record ValidatingAdmissionPolicyStatus
{
    /// <summary>Generation of the spec the status describes.</summary>
    [Field(1)] public long ObservedGeneration { get; init; }

    /// <summary>Result of checking the expressions; present once the check has run.</summary>
    [Field(2)] public TypeChecking? TypeChecking { get; init; }

    /// <summary>Current conditions of the policy.</summary>
    [Field(3), ListMap("type")] public ApiList<Condition> Conditions { get; init; }
}

/// <summary>Outcome of checking a policy's expressions against the schemas of the kinds it matches.</summary>
[ApiType]
public sealed partial record TypeChecking
{
    /// <summary>One entry for each expression that looks wrong; empty if none does.</summary>
    [Field(1), Atomic] public ApiList<ExpressionWarning> ExpressionWarnings { get; init; }
}

/// <summary>A finding of the type checker about one CEL expression of a policy.</summary>
[ApiType]
public sealed partial record ExpressionWarning
{
    /// <summary>Path of the field holding the expression, for example spec.validations[0].expression.</summary>
    [Field(2, Emit = Emit.Always)] public string FieldRef { get; init; } = "";

    /// <summary>What the type checker found, including the type it checked against.</summary>
    [Field(3, Emit = Emit.Always)] public string Warning { get; init; } = "";
}
