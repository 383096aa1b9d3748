using Keelson.Api.Meta.V1;

namespace Keelson.Api.Authentication.V1;

/// <summary>
/// Issues a short-lived token for a service account through the token subresource of ServiceAccount. Kubelets use it for mounted
/// tokens, and users through kubectl create token; nothing is stored.
/// </summary>
[Kind("authentication.k8s.io", "v1")]
public sealed partial record TokenRequest
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>What kind of token is wanted.</summary>
    [Field(2, Emit = Emit.Always), Optional] public TokenRequestSpec Spec { get; init; } = TokenRequestSpec.Empty;

    /// <summary>The issued token.</summary>
    [Field(3)] public TokenRequestStatus Status { get; init; } = TokenRequestStatus.Empty;
}

/// <summary>Wishes for a service account token.</summary>
[ApiType]
public sealed partial record TokenRequestSpec
{
    /// <summary>Recipients the token is meant for; each must reject tokens that do not name it. Empty means the API server.</summary>
    [Field(1, Emit = Emit.Always), Optional, Atomic] public ApiList<string> Audiences { get; init; }

    /// <summary>Wanted lifetime in seconds, at least 600. Defaults to 3600; the server may grant another, so look at the status.</summary>
    [Field(4, Emit = Emit.Always), Optional] public long? ExpirationSeconds { get; init; }

    /// <summary>Ties the token's validity to an existing object, if set.</summary>
    [Field(3, Emit = Emit.Always), Optional] public BoundObjectReference? BoundObjectRef { get; init; }
}

/// <summary>The object a service account token is tied to; the token dies with it.</summary>
[ApiType]
public sealed partial record BoundObjectReference
{
    /// <summary>Pod, Secret or Node.</summary>
    [Field(1)] public string Kind { get; init; } = "";

    /// <summary>API version of the object.</summary>
    [Field(2)] public string ApiVersion { get; init; } = "";

    /// <summary>Name of the object.</summary>
    [Field(3)] public string Name { get; init; } = "";

    /// <summary>UID of the object; a successor with the same name does not keep the token valid.</summary>
    [Field(4)] public string Uid { get; init; } = "";
}

/// <summary>The issued service account token.</summary>
[ApiType]
public sealed partial record TokenRequestStatus
{
    /// <summary>The signed bearer token; treat it as a secret.</summary>
    [Field(1, Emit = Emit.Always), Optional] public string Token { get; init; } = "";

    /// <summary>When the token stops being valid.</summary>
    [Field(2, Emit = Emit.Always), Optional] public Time ExpirationTimestamp { get; init; }
}
