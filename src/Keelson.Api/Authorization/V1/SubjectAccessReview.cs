using Keelson.Api.Meta.V1;

namespace Keelson.Api.Authorization.V1;

/// <summary>
/// Checks whether any user may perform an action, for servers that leave the decision to the API server. Nothing is stored; the
/// answer comes back in the status.
/// </summary>
[Resource("authorization.k8s.io", "v1", "subjectaccessreviews", Scope.Cluster, Verbs = ["create"])]
public sealed partial record SubjectAccessReview
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>The question.</summary>
    [Field(2, Emit = Emit.Always)] public SubjectAccessReviewSpec Spec { get; init; } = SubjectAccessReviewSpec.Empty;

    /// <summary>The verdict.</summary>
    [Field(3)] public SubjectAccessReviewStatus Status { get; init; } = SubjectAccessReviewStatus.Empty;
}
