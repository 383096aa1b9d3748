using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;

namespace Keelson.Api.CustomMetrics.V1Beta2;

/// <summary>
/// One custom metric value for an object, served by a metrics adapter and read by the HorizontalPodAutoscaler. It is computed on
/// request and cannot be written.
/// </summary>
[Kind("custom.metrics.k8s.io", "v1beta2", List = true)]
public sealed partial record MetricValue
{
    /// <summary>Object the value belongs to.</summary>
    [Field(1, Emit = Emit.Always)] public ObjectReference DescribedObject { get; init; } = ObjectReference.Empty;

    /// <summary>Name and labels of the metric.</summary>
    [Field(2, Emit = Emit.Always)] public MetricIdentifier Metric { get; init; } = MetricIdentifier.Empty;

    /// <summary>When the value was measured.</summary>
    [Field(3, Emit = Emit.Always)] public Time Timestamp { get; init; }

    /// <summary>Seconds over which a rate was computed, ending at timestamp; 0 or unset for a momentary value.</summary>
    [Field(4)] public long? WindowSeconds { get; init; }

    /// <summary>The measured value.</summary>
    [Field(5, Emit = Emit.Always)] public Quantity Value { get; init; }
}

/// <summary>Names a metric and, optionally, some of its series.</summary>
[ApiType]
public sealed partial record MetricIdentifier
{
    /// <summary>Name of the metric.</summary>
    [Field(1, Emit = Emit.Always)] public string Name { get; init; } = "";

    /// <summary>Labels that narrow the metric. Unset uses the name alone.</summary>
    [Field(2, Emit = Emit.Always), Optional] public LabelSelector? Selector { get; init; }
}
