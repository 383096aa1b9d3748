using Keelson.Api.Meta.V1;

namespace Keelson.Api.Authentication.V1;

/// <summary>
/// Tells callers which user, groups and extra attributes the API server has authenticated them as. Nothing is stored; kubectl
/// auth whoami is built on it.
/// </summary>
[Resource("authentication.k8s.io", "v1", "selfsubjectreviews", Scope.Cluster, Verbs = ["create"])]
public sealed partial record SelfSubjectReview
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>The answer.</summary>
    [Field(2)] public SelfSubjectReviewStatus Status { get; init; } = SelfSubjectReviewStatus.Empty;
}

/// <summary>The caller as the API server sees it.</summary>
[ApiType]
public sealed partial record SelfSubjectReviewStatus
{
    /// <summary>Attributes of the authenticated caller, after impersonation if any.</summary>
    [Field(1)] public UserInfo UserInfo { get; init; } = UserInfo.Empty;
}
