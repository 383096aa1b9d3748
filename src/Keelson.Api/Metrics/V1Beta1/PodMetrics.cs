using Keelson.Api.Meta.V1;

namespace Keelson.Api.Metrics.V1Beta1;

/// <summary>
/// Current CPU and memory use of a pod, container by container, as shown by kubectl top pod and used by the
/// HorizontalPodAutoscaler. It is served from recent samples, keeps no history and cannot be written.
/// </summary>
[Resource("metrics.k8s.io", "v1beta1", "pods", Scope.Namespaced, Verbs = ["get", "list"])]
public sealed partial record PodMetrics
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>When the measurement ended.</summary>
    [Field(2, Emit = Emit.Always)] public Time Timestamp { get; init; }

    /// <summary>Length of the interval up to timestamp over which CPU use was averaged.</summary>
    [Field(3, Emit = Emit.Always)] public Duration Window { get; init; }

    /// <summary>Use of each container, measured in the same window.</summary>
    [Field(4, Emit = Emit.Always), Atomic] public ApiList<ContainerMetrics> Containers { get; init; }
}

/// <summary>Resource use of one container.</summary>
[ApiType]
public sealed partial record ContainerMetrics
{
    /// <summary>Name of the container.</summary>
    [Field(1, Emit = Emit.Always)] public string Name { get; init; } = "";

    /// <summary>Use of cpu, as an average over the window, and of memory, as the working set.</summary>
    [Field(2, Emit = Emit.Always)] public ApiMap<Quantity> Usage { get; init; }
}
