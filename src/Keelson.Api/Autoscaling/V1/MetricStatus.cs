using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;

namespace Keelson.Api.Autoscaling.V1;

/// <summary>The last reading of one metric; the field named by type is set.</summary>
[ApiType]
public sealed partial record MetricStatus
{
    /// <summary>Resource, ContainerResource, Pods, Object or External.</summary>
    [Field(1, Emit = Emit.Always), KnownValues(typeof(MetricSourceType))] public string Type { get; init; } = "";

    /// <summary>Reading of a metric of a single object.</summary>
    [Field(2)] public ObjectMetricStatus? Object { get; init; }

    /// <summary>Reading of a metric averaged over the pods.</summary>
    [Field(3)] public PodsMetricStatus? Pods { get; init; }

    /// <summary>Reading of CPU or memory of the pods.</summary>
    [Field(4)] public ResourceMetricStatus? Resource { get; init; }

    /// <summary>Reading of CPU or memory of one container in each pod.</summary>
    [Field(7)] public ContainerResourceMetricStatus? ContainerResource { get; init; }

    /// <summary>Reading of a metric from outside the cluster.</summary>
    [Field(5)] public ExternalMetricStatus? External { get; init; }
}

/// <summary>The measured CPU or memory use of one container in each pod.</summary>
[ApiType]
public sealed partial record ContainerResourceMetricStatus
{
    /// <summary>Resource that was measured.</summary>
    [Field(1, Emit = Emit.Always), KnownValues(typeof(ResourceName))] public string Name { get; init; } = "";

    /// <summary>Average use in percent of the request; set only if the target is a utilization.</summary>
    [Field(2)] public int? CurrentAverageUtilization { get; init; }

    /// <summary>Average use as an amount.</summary>
    [Field(3, Emit = Emit.Always)] public Quantity CurrentAverageValue { get; init; }

    /// <summary>Name of the container within the pods.</summary>
    [Field(4, Emit = Emit.Always)] public string Container { get; init; } = "";
}

/// <summary>The measured value of a metric from outside the cluster.</summary>
[ApiType]
public sealed partial record ExternalMetricStatus
{
    /// <summary>Name of the external metric.</summary>
    [Field(1, Emit = Emit.Always)] public string MetricName { get; init; } = "";

    /// <summary>Labels that picked the series of the metric.</summary>
    [Field(2)] public LabelSelector? MetricSelector { get; init; }

    /// <summary>Value of the metric as a whole.</summary>
    [Field(3, Emit = Emit.Always)] public Quantity CurrentValue { get; init; }

    /// <summary>Value divided by the number of pods.</summary>
    [Field(4)] public Quantity? CurrentAverageValue { get; init; }
}

/// <summary>The measured value of a metric of a single object.</summary>
[ApiType]
public sealed partial record ObjectMetricStatus
{
    /// <summary>The object the metric describes.</summary>
    [Field(1, Emit = Emit.Always)] public CrossVersionObjectReference Target { get; init; } = CrossVersionObjectReference.Empty;

    /// <summary>Name of the metric.</summary>
    [Field(2, Emit = Emit.Always)] public string MetricName { get; init; } = "";

    /// <summary>Value of the metric now.</summary>
    [Field(3, Emit = Emit.Always)] public Quantity CurrentValue { get; init; }

    /// <summary>Labels that narrowed the metric.</summary>
    [Field(4)] public LabelSelector? Selector { get; init; }

    /// <summary>Value divided by the number of pods.</summary>
    [Field(5)] public Quantity? AverageValue { get; init; }
}

/// <summary>The measured average of a metric that every pod reports.</summary>
[ApiType]
public sealed partial record PodsMetricStatus
{
    /// <summary>Name of the metric.</summary>
    [Field(1, Emit = Emit.Always)] public string MetricName { get; init; } = "";

    /// <summary>Average over all pods.</summary>
    [Field(2, Emit = Emit.Always)] public Quantity CurrentAverageValue { get; init; }

    /// <summary>Labels that narrowed the metric.</summary>
    [Field(3)] public LabelSelector? Selector { get; init; }
}

/// <summary>The measured CPU or memory use of the pods.</summary>
[ApiType]
public sealed partial record ResourceMetricStatus
{
    /// <summary>Resource that was measured.</summary>
    [Field(1, Emit = Emit.Always), KnownValues(typeof(ResourceName))] public string Name { get; init; } = "";

    /// <summary>Average use in percent of the requests; set only if the target is a utilization.</summary>
    [Field(2)] public int? CurrentAverageUtilization { get; init; }

    /// <summary>Average use as an amount.</summary>
    [Field(3, Emit = Emit.Always)] public Quantity CurrentAverageValue { get; init; }
}
