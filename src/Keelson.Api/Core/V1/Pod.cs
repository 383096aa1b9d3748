using Keelson.Api.Meta.V1;

namespace Keelson.Api.Core.V1;

/// <summary>
/// Runs one or more containers together on one node, sharing an address, volumes and a life. It is the smallest unit that is
/// scheduled; it never moves, so a lost pod is replaced by a new one. Most users create pods through a Deployment, StatefulSet,
/// DaemonSet or Job.
/// </summary>
[Resource("", "v1", "pods", Scope.Namespaced,
    ShortNames = ["po"],
    Categories = ["all"],
    Subresources = ["attach:v1/PodAttachOptions", "binding:v1/Binding", "ephemeralcontainers", "eviction:policy/v1/Eviction", "exec:v1/PodExecOptions", "log", "portforward:v1/PodPortForwardOptions", "proxy:v1/PodProxyOptions", "resize", "status"])]
public sealed partial record Pod
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>The containers and how to run them; most of it cannot change after creation.</summary>
    [Field(2)] public PodSpec Spec { get; init; } = PodSpec.Empty;

    /// <summary>What is observed about the pod, mainly by the kubelet.</summary>
    [Field(3)] public PodStatus Status { get; init; } = PodStatus.Empty;
}
