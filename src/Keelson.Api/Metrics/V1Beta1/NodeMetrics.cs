using Keelson.Api.Meta.V1;

namespace Keelson.Api.Metrics.V1Beta1;

/// <summary>
/// Current CPU and memory use of a node, as shown by kubectl top node. It is served by the metrics server from recent samples,
/// keeps no history and cannot be written.
/// </summary>
[Resource("metrics.k8s.io", "v1beta1", "nodes", Scope.Cluster, Verbs = ["get", "list"])]
public sealed partial record NodeMetrics
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>When the measurement ended.</summary>
    [Field(2, Emit = Emit.Always)] public Time Timestamp { get; init; }

    /// <summary>Length of the interval up to timestamp over which CPU use was averaged.</summary>
    [Field(3, Emit = Emit.Always)] public Duration Window { get; init; }

    /// <summary>Use of cpu and memory of the whole node.</summary>
    [Field(4, Emit = Emit.Always)] public ApiMap<Quantity> Usage { get; init; }
}
