using Keelson.Api.Meta.V1;

namespace Keelson.Api.Authentication.V1;

/// <summary>
/// Lets other servers check a bearer token that was presented to them. Nothing is stored; the answer comes back in the status of
/// the created object.
/// </summary>
[Resource("authentication.k8s.io", "v1", "tokenreviews", Scope.Cluster, Verbs = ["create"])]
public sealed partial record TokenReview
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>The token in question.</summary>
    [Field(2, Emit = Emit.Always)] public TokenReviewSpec Spec { get; init; } = TokenReviewSpec.Empty;

    /// <summary>The verdict.</summary>
    [Field(3)] public TokenReviewStatus Status { get; init; } = TokenReviewStatus.Empty;
}

/// <summary>The token to check.</summary>
[ApiType]
public sealed partial record TokenReviewSpec
{
    /// <summary>The bearer token, opaque to the caller.</summary>
    [Field(1), Required] public string Token { get; init; } = "";

    /// <summary>Audiences the asking server answers to; a token for none of them is invalid. Defaults to those of the API server.</summary>
    [Field(2), Atomic] public ApiList<string> Audiences { get; init; }
}

/// <summary>The verdict on a token.</summary>
[ApiType]
public sealed partial record TokenReviewStatus
{
    /// <summary>Whether the token belongs to a known user.</summary>
    [Field(1)] public bool Authenticated { get; init; }

    /// <summary>The user behind the token.</summary>
    [Field(2)] public UserInfo User { get; init; } = UserInfo.Empty;

    /// <summary>Those of the asked audiences for which the token is valid; empty from an authenticator that knows no audiences.</summary>
    [Field(4), Atomic] public ApiList<string> Audiences { get; init; }

    /// <summary>Why the token could not be checked.</summary>
    [Field(3)] public string Error { get; init; } = "";
}
