namespace Keelson.Api.CustomMetrics.V1Beta2;

/// <summary>
/// The query parameters a client may send when it reads custom metrics. It is never stored and exists only to be encoded into a
/// URL.
/// </summary>
[Kind("custom.metrics.k8s.io", "v1beta2")]
public sealed partial record MetricListOptions
{
    /// <summary>Picks the objects to report on, by their labels. Unset takes all.</summary>
    [Field(1)] public string LabelSelector { get; init; } = "";

    /// <summary>Picks series of the metric, by its labels. Unset takes all.</summary>
    [Field(2)] public string MetricLabelSelector { get; init; } = "";
}
