using Keelson.Api.Meta.V1;

namespace Keelson.Api.Policy.V1;

/// <summary>
/// Asks the API server to delete a pod gently, posted to the eviction subresource of the pod as kubectl drain does. It is
/// refused with status 429 while a PodDisruptionBudget would be broken, and can be tried again later.
/// </summary>
[Kind("policy", "v1")]
public sealed partial record Eviction
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>Options for the deletion, such as a grace period, preconditions and dry run.</summary>
    [Field(2)] public DeleteOptions? DeleteOptions { get; init; }
}
