using Keelson.Api.Meta.V1;

namespace Keelson.Api.Authorization.V1;

/// <summary>
/// Lists what the caller may do in a namespace, for user interfaces that hide what is forbidden. The list may be incomplete, so
/// decisions of other servers should rest on SubjectAccessReview instead.
/// </summary>
[Resource("authorization.k8s.io", "v1", "selfsubjectrulesreviews", Scope.Cluster, Verbs = ["create"])]
public sealed partial record SelfSubjectRulesReview
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>The question.</summary>
    [Field(2, Emit = Emit.Always)] public SelfSubjectRulesReviewSpec Spec { get; init; } = SelfSubjectRulesReviewSpec.Empty;

    /// <summary>The rules that were found.</summary>
    [Field(3)] public SubjectRulesReviewStatus Status { get; init; } = SubjectRulesReviewStatus.Empty;
}

/// <summary>Where the caller wants to know its rights.</summary>
[ApiType]
public sealed partial record SelfSubjectRulesReviewSpec
{
    /// <summary>Namespace to list the rules for; required.</summary>
    [Field(1)] public string Namespace { get; init; } = "";
}

/// <summary>The rules that apply to a user in a namespace, as far as they can be listed.</summary>
[ApiType]
public sealed partial record SubjectRulesReviewStatus
{
    /// <summary>Allowed actions on resources; order has no meaning and entries may overlap.</summary>
    [Field(1, Emit = Emit.Always), Atomic] public ApiList<ResourceRule> ResourceRules { get; init; }

    /// <summary>Allowed actions on other URLs; order has no meaning and entries may overlap.</summary>
    [Field(2, Emit = Emit.Always), Atomic] public ApiList<NonResourceRule> NonResourceRules { get; init; }

    /// <summary>True if an authorizer cannot list its rules, so that more may be allowed than is shown.</summary>
    [Field(3, Emit = Emit.Always)] public bool Incomplete { get; init; }

    /// <summary>What went wrong while collecting the rules, if they are incomplete for that.</summary>
    [Field(4)] public string EvaluationError { get; init; } = "";
}

/// <summary>Verbs a user may use on a set of URLs outside the resource API.</summary>
[ApiType]
public sealed partial record NonResourceRule
{
    /// <summary>Allowed HTTP methods in lower case; * stands for all.</summary>
    [Field(1, Emit = Emit.Always), Atomic] public ApiList<string> Verbs { get; init; }

    /// <summary>Paths covered; * stands for all and may also end a path.</summary>
    [Field(2), Atomic] public ApiList<string> NonResourceURLs { get; init; }
}

/// <summary>Verbs a user may use on a set of resources.</summary>
[ApiType]
public sealed partial record ResourceRule
{
    /// <summary>Allowed verbs; * stands for all.</summary>
    [Field(1, Emit = Emit.Always), Atomic] public ApiList<string> Verbs { get; init; }

    /// <summary>API groups covered; * stands for all.</summary>
    [Field(2), Atomic] public ApiList<string> ApiGroups { get; init; }

    /// <summary>Resources covered; * stands for all, and */NAME for one subresource of every resource.</summary>
    [Field(3), Atomic] public ApiList<string> Resources { get; init; }

    /// <summary>Objects the rule is limited to. Empty means all.</summary>
    [Field(4), Atomic] public ApiList<string> ResourceNames { get; init; }
}
