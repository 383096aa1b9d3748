using Keelson.Api.Meta.V1;

namespace Keelson.Api.Authorization.V1;

/// <summary>
/// Lets any caller check whether it may perform an action, as kubectl auth can-i does. Nothing is stored; the answer comes back
/// in the status.
/// </summary>
[Resource("authorization.k8s.io", "v1", "selfsubjectaccessreviews", Scope.Cluster, Verbs = ["create"])]
public sealed partial record SelfSubjectAccessReview
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>The question.</summary>
    [Field(2, Emit = Emit.Always)] public SelfSubjectAccessReviewSpec Spec { get; init; } = SelfSubjectAccessReviewSpec.Empty;

    /// <summary>The verdict.</summary>
    [Field(3)] public SubjectAccessReviewStatus Status { get; init; } = SubjectAccessReviewStatus.Empty;
}

/// <summary>What the caller wants to know about itself; exactly one field is set.</summary>
[ApiType]
public sealed partial record SelfSubjectAccessReviewSpec
{
    /// <summary>Describes a request to a resource.</summary>
    [Field(1)] public ResourceAttributes? ResourceAttributes { get; init; }

    /// <summary>Describes a request to another URL.</summary>
    [Field(2)] public NonResourceAttributes? NonResourceAttributes { get; init; }
}
