using Keelson.Api.Core.V1;

namespace Keelson.Api.Autoscaling.V2;

/// <summary>Wanted behaviour of an autoscaler.</summary>
[ApiType]
public sealed partial record HorizontalPodAutoscalerSpec
{
    /// <summary>Workload to scale; it must offer the scale subresource.</summary>
    [Field(1, Emit = Emit.Always)] public CrossVersionObjectReference ScaleTargetRef { get; init; } = CrossVersionObjectReference.Empty;

    /// <summary>Fewest pods to keep. Defaults to 1; 0 needs the HPAScaleToZero feature and an Object or External metric.</summary>
    [Field(2)] public int? MinReplicas { get; init; }

    /// <summary>Most pods to run; at least minReplicas.</summary>
    [Field(3, Emit = Emit.Always), Minimum(1)] public int MaxReplicas { get; init; }

    /// <summary>What to scale by. Each metric proposes a count and the highest wins; unset aims at 80% CPU utilization.</summary>
    [Field(4), Atomic] public ApiList<MetricSpec> Metrics { get; init; }

    /// <summary>Pace of scaling up and down. Unset uses the defaults for both.</summary>
    [Field(5)] public HorizontalPodAutoscalerBehavior? Behavior { get; init; }
}

/// <summary>Pace of scaling, separately for each direction.</summary>
[ApiType]
public sealed partial record HorizontalPodAutoscalerBehavior
{
    /// <summary>Pace upwards. By default the larger of 4 pods and 100% every 15 seconds, without stabilization.</summary>
    [Field(1)] public HPAScalingRules? ScaleUp { get; init; }

    /// <summary>Pace downwards. By default 100% every 15 seconds, after 300 seconds of stabilization.</summary>
    [Field(2)] public HPAScalingRules? ScaleDown { get; init; }
}

/// <summary>How fast an autoscaler may move in one direction.</summary>
[ApiType]
public sealed partial record HPAScalingRules
{
    /// <summary>
    /// Seconds of past recommendations to consider, so that brief swings are ignored; 0 to 3600. Defaults to 0 for scaling up and
    /// 300 for scaling down.
    /// </summary>
    [Field(3)] public int? StabilizationWindowSeconds { get; init; }

    /// <summary>
    /// Which policy counts if several apply: Max (default) for the largest change, Min for the smallest, Disabled to forbid the
    /// direction.
    /// </summary>
    [Field(1), KnownValues(typeof(ScalingPolicySelect))] public string? SelectPolicy { get; init; }

    /// <summary>Limits on the pace; at least one if given. Unset uses the direction's defaults.</summary>
    [Field(2), Atomic] public ApiList<HPAScalingPolicy> Policies { get; init; }

    /// <summary>Relative deviation from the target that causes no scaling, such as 0.05. Unset uses the cluster's value, 0.1 by default.</summary>
    [Field(4)] public Quantity? Tolerance { get; init; }
}

/// <summary>A limit on how much may change within a period.</summary>
[ApiType]
public sealed partial record HPAScalingPolicy
{
    /// <summary>Pods for an absolute number, Percent for a share of the current replicas.</summary>
    [Field(1, Emit = Emit.Always), KnownValues(typeof(HPAScalingPolicyType))] public string Type { get; init; } = "";

    /// <summary>The allowed change in pods or percent; greater than 0.</summary>
    [Field(2, Emit = Emit.Always)] public int Value { get; init; }

    /// <summary>Length of the window the limit applies to, 1 to 1800 seconds.</summary>
    [Field(3, Emit = Emit.Always)] public int PeriodSeconds { get; init; }
}

/// <summary>The values of HPAScalingPolicyType that are known.</summary>
public static class HPAScalingPolicyType
{
    public const string Percent = "Percent";
    public const string Pods = "Pods";
}

/// <summary>The values of ScalingPolicySelect that are known.</summary>
public static class ScalingPolicySelect
{
    public const string Disabled = "Disabled";
    public const string Max = "Max";
    public const string Min = "Min";
}

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

    /// <summary>Value to aim for, as an average amount or utilization.</summary>
    [Field(2, Emit = Emit.Always)] public MetricTarget Target { get; init; } = MetricTarget.Empty;

    /// <summary>Name of the container within the pods.</summary>
    [Field(3, Emit = Emit.Always)] public string Container { get; init; } = "";
}

/// <summary>A target for a metric that belongs to no Kubernetes object, such as the length of a queue outside the cluster.</summary>
[ApiType]
public sealed partial record ExternalMetricSource
{
    /// <summary>Name and labels of the metric.</summary>
    [Field(1, Emit = Emit.Always)] public MetricIdentifier Metric { get; init; } = MetricIdentifier.Empty;

    /// <summary>Value to aim for, in total or per pod.</summary>
    [Field(2, Emit = Emit.Always)] public MetricTarget Target { get; init; } = MetricTarget.Empty;
}

/// <summary>The value a metric should have.</summary>
[ApiType]
public sealed partial record MetricTarget
{
    /// <summary>Which number is the goal: Utilization, Value or AverageValue.</summary>
    [Field(1, Emit = Emit.Always), KnownValues(typeof(MetricTargetType))] public string Type { get; init; } = "";

    /// <summary>Goal for the metric as a whole, with type Value.</summary>
    [Field(2)] public Quantity? Value { get; init; }

    /// <summary>Goal per pod, with type AverageValue.</summary>
    [Field(3)] public Quantity? AverageValue { get; init; }

    /// <summary>Goal in percent of the requests, with type Utilization; only for Resource and ContainerResource metrics.</summary>
    [Field(4)] public int? AverageUtilization { get; init; }
}

/// <summary>The values of MetricTargetType that are known.</summary>
public static class MetricTargetType
{
    public const string AverageValue = "AverageValue";
    public const string Utilization = "Utilization";
    public const string Value = "Value";
}

/// <summary>A target for a metric of a single object.</summary>
[ApiType]
public sealed partial record ObjectMetricSource
{
    /// <summary>Object the metric is about; it lives in the autoscaler's namespace.</summary>
    [Field(1, Emit = Emit.Always)] public CrossVersionObjectReference DescribedObject { get; init; } = CrossVersionObjectReference.Empty;

    /// <summary>Value to aim for, in total or per pod.</summary>
    [Field(2, Emit = Emit.Always)] public MetricTarget Target { get; init; } = MetricTarget.Empty;

    /// <summary>Name and labels of the metric.</summary>
    [Field(3, Emit = Emit.Always)] public MetricIdentifier Metric { get; init; } = MetricIdentifier.Empty;
}

/// <summary>A target for a metric that every pod reports.</summary>
[ApiType]
public sealed partial record PodsMetricSource
{
    /// <summary>Name and labels of the metric.</summary>
    [Field(1, Emit = Emit.Always)] public MetricIdentifier Metric { get; init; } = MetricIdentifier.Empty;

    /// <summary>Average to aim for; its type must be AverageValue.</summary>
    [Field(2, Emit = Emit.Always)] public MetricTarget Target { get; init; } = MetricTarget.Empty;
}

/// <summary>A target for the CPU or memory use of the pods, all containers together.</summary>
[ApiType]
public sealed partial record ResourceMetricSource
{
    /// <summary>Resource to watch, such as cpu or memory.</summary>
    [Field(1, Emit = Emit.Always), KnownValues(typeof(ResourceName))] public string Name { get; init; } = "";

    /// <summary>Value to aim for, as an average amount or utilization.</summary>
    [Field(2, Emit = Emit.Always)] public MetricTarget Target { get; init; } = MetricTarget.Empty;
}
