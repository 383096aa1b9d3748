using Keelson.Api.Meta.V1;

namespace Keelson.Api.Core.V1;

/// <summary>
/// Wraps the status of a pod for old interfaces between the server and nodes. It has no endpoint of its own, and new code should
/// not use it.
/// </summary>
[Kind("", "v1")]
public sealed partial record PodStatusResult
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>The pod status that is being carried.</summary>
    [Field(2)] public PodStatus Status { get; init; } = PodStatus.Empty;
}
