using Keelson.Api.Meta.V1;

namespace Keelson.Api.Core.V1;

/// <summary>
/// Provides an identity for the processes of pods, to which permissions can be granted. Every namespace has one called default;
/// pods receive its short-lived token as a file, and the token subresource issues more.
/// </summary>
[Resource("", "v1", "serviceaccounts", Scope.Namespaced, ShortNames = ["sa"], Subresources = ["token:authentication.k8s.io/v1/TokenRequest"])]
public sealed partial record ServiceAccount
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>Secrets that pods of this account may use, when the enforce-mountable-secrets annotation asks for it; deprecated.</summary>
    [Field(2), ListMap("name"), StrategicMerge("merge", Key = "name")] public ApiList<ObjectReference> Secrets { get; init; }

    /// <summary>Registry credentials added to pods of this account that name none themselves.</summary>
    [Field(3), Atomic] public ApiList<LocalObjectReference> ImagePullSecrets { get; init; }

    /// <summary>Whether pods of this account get a token mounted; a pod's own setting wins. True when unset.</summary>
    [Field(4)] public bool? AutomountServiceAccountToken { get; init; }
}
