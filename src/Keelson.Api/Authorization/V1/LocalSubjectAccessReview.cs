using Keelson.Api.Meta.V1;

namespace Keelson.Api.Authorization.V1;

/// <summary>
/// Checks whether a user may perform an action within one namespace, so that a namespace administrator can be allowed to ask.
/// Nothing is stored; the answer comes back in the status.
/// </summary>
[Resource("authorization.k8s.io", "v1", "localsubjectaccessreviews", Scope.Namespaced, Verbs = ["create"])]
public sealed partial record LocalSubjectAccessReview
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>The question; its namespace must equal that of the review.</summary>
    [Field(2, Emit = Emit.Always)] public SubjectAccessReviewSpec Spec { get; init; } = SubjectAccessReviewSpec.Empty;

    /// <summary>The verdict.</summary>
    [Field(3)] public SubjectAccessReviewStatus Status { get; init; } = SubjectAccessReviewStatus.Empty;
}
