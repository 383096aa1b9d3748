using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;

namespace Keelson.Api.Autoscaling.V1;

/// <summary>One metric to scale by; the field named by type is set.</summary>
[ApiType]
public sealed partial record MetricSpec
{
    /// <summary>Resource, ContainerResource, Pods, Object or External.</summary>
    [Field(1, Emit = Emit.Always), KnownValues(typeof(MetricSourceType))] public string Type { get; init; } = "";

    /// <summary>A metric of a single object, such as requests per second of an Ingress.</summary>
    [Field(2)] public ObjectMetricSource? Object { get; init; }

    /// <summary>A metric of every pod, averaged, such as transactions per second.</summary>
    [Field(3)] public PodsMetricSource? Pods { get; init; }

    /// <summary>CPU or memory of the pods as a whole.</summary>
    [Field(4)] public ResourceMetricSource? Resource { get; init; }

    /// <summary>CPU or memory of one container in each pod.</summary>
    [Field(7)] public ContainerResourceMetricSource? ContainerResource { get; init; }

    /// <summary>A metric from outside the cluster.</summary>
    [Field(5)] public ExternalMetricSource? External { get; init; }
}

/// <summary>A target for the CPU or memory use of one container in each pod.</summary>
[ApiType]
public sealed partial record ContainerResourceMetricSource
{
    /// <summary>Resource to watch, such as cpu or memory.</summary>
    [Field(1, Emit = Emit.Always), KnownValues(typeof(ResourceName))] public string Name { get; init; } = "";

    /// <summary>Wanted average use, in percent of what the container requests.</summary>
    [Field(2)] public int? TargetAverageUtilization { get; init; }

    /// <summary>Wanted average use as an amount, such as 200m or 512Mi.</summary>
    [Field(3)] public Quantity? TargetAverageValue { get; init; }

    /// <summary>Name of the container within the pods.</summary>
    [Field(5, Emit = Emit.Always)] public string Container { get; init; } = "";
}

/// <summary>A target for a metric that belongs to no Kubernetes object, such as the length of a queue outside the cluster.</summary>
[ApiType]
public sealed partial record ExternalMetricSource
{
    /// <summary>Name of the external metric.</summary>
    [Field(1, Emit = Emit.Always)] public string MetricName { get; init; } = "";

    /// <summary>Labels that pick the series of the metric. Unset takes all.</summary>
    [Field(2)] public LabelSelector? MetricSelector { get; init; }

    /// <summary>Wanted value of the metric as a whole; excludes targetAverageValue.</summary>
    [Field(3)] public Quantity? TargetValue { get; init; }

    /// <summary>Wanted value divided by the number of pods; excludes targetValue.</summary>
    [Field(4)] public Quantity? TargetAverageValue { get; init; }
}

/// <summary>A target for a metric of a single object.</summary>
[ApiType]
public sealed partial record ObjectMetricSource
{
    /// <summary>Value to aim for, in total or per pod.</summary>
    [Field(1, Emit = Emit.Always)] public CrossVersionObjectReference Target { get; init; } = CrossVersionObjectReference.Empty;

    /// <summary>Name of the metric.</summary>
    [Field(2, Emit = Emit.Always)] public string MetricName { get; init; } = "";

    /// <summary>Wanted value of the metric.</summary>
    [Field(3, Emit = Emit.Always)] public Quantity TargetValue { get; init; }

    /// <summary>Labels that narrow the metric. Unset uses its name alone.</summary>
    [Field(4)] public LabelSelector? Selector { get; init; }

    /// <summary>Wanted value divided by the number of pods.</summary>
    [Field(5)] public Quantity? AverageValue { get; init; }
}

/// <summary>A target for a metric that every pod reports.</summary>
[ApiType]
public sealed partial record PodsMetricSource
{
    /// <summary>Name of the metric.</summary>
    [Field(1, Emit = Emit.Always)] public string MetricName { get; init; } = "";

    /// <summary>Wanted average over all pods.</summary>
    [Field(2, Emit = Emit.Always)] public Quantity TargetAverageValue { get; init; }

    /// <summary>Labels that narrow the metric. Unset uses its name alone.</summary>
    [Field(3)] public LabelSelector? Selector { get; init; }
}

/// <summary>A target for the CPU or memory use of the pods, all containers together.</summary>
[ApiType]
public sealed partial record ResourceMetricSource
{
    /// <summary>Resource to watch, such as cpu or memory.</summary>
    [Field(1, Emit = Emit.Always), KnownValues(typeof(ResourceName))] public string Name { get; init; } = "";

    /// <summary>Wanted average use, in percent of what the pods request.</summary>
    [Field(2)] public int? TargetAverageUtilization { get; init; }

    /// <summary>Wanted average use as an amount, such as 200m or 512Mi.</summary>
    [Field(3)] public Quantity? TargetAverageValue { get; init; }
}
