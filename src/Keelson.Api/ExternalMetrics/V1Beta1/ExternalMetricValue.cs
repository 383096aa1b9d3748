namespace Keelson.Api.ExternalMetrics.V1Beta1;

/// <summary>
/// One value of a metric that belongs to no Kubernetes object, served by a metrics adapter and read by the
/// HorizontalPodAutoscaler. It is computed on request and cannot be written.
/// </summary>
[Kind("external.metrics.k8s.io", "v1beta1", List = true)]
public sealed partial record ExternalMetricValue
{
    /// <summary>Name of the metric.</summary>
    [Field(1, Emit = Emit.Always)] public string MetricName { get; init; } = "";

    /// <summary>Labels of this series.</summary>
    [Field(2, Emit = Emit.Always)] public ApiMap<string> MetricLabels { get; init; }

    /// <summary>When the value was measured.</summary>
    [Field(3, Emit = Emit.Always)] public Time Timestamp { get; init; }

    /// <summary>Seconds over which a rate was computed, ending at timestamp; 0 or unset for a momentary value.</summary>
    [Field(4)] public long? Window { get; init; }

    /// <summary>The measured value.</summary>
    [Field(5, Emit = Emit.Always)] public Quantity Value { get; init; }
}
