namespace Keelson.Api.Core.V1;

/// <summary>Carries the query parameters of the portforward subresource of a pod. It is never stored; kubectl port-forward uses it.</summary>
[Kind("", "v1")]
public sealed partial record PodPortForwardOptions
{
    /// <summary>Ports of the pod to forward; needed for WebSocket clients.</summary>
    [Field(1), Atomic] public ApiList<int> Ports { get; init; }
}
