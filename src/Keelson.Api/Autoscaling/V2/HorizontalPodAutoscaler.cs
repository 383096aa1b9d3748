using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;

namespace Keelson.Api.Autoscaling.V2;

/// <summary>
/// Changes the number of pods of a Deployment, StatefulSet or other scalable workload as its load changes. It reads the
/// configured metrics every few seconds, takes the highest count any of them asks for, and keeps within minReplicas and
/// maxReplicas.
/// </summary>
[Resource("autoscaling", "v2", "horizontalpodautoscalers", Scope.Namespaced, ShortNames = ["hpa"], Categories = ["all"], Subresources = ["status"])]
public sealed partial record HorizontalPodAutoscaler
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>What to scale, by which metrics and within which bounds.</summary>
    [Field(2), Required] public HorizontalPodAutoscalerSpec Spec { get; init; } = HorizontalPodAutoscalerSpec.Empty;

    /// <summary>What the autoscaler last measured and decided.</summary>
    [Field(3)] public HorizontalPodAutoscalerStatus Status { get; init; } = HorizontalPodAutoscalerStatus.Empty;
}

/// <summary>Refers to an object by kind and name, without fixing its UID.</summary>
[ApiType]
public sealed partial record CrossVersionObjectReference
{
    /// <summary>Kind of the object.</summary>
    [Field(1, Emit = Emit.Always)] public string Kind { get; init; } = "";

    /// <summary>Name of the object.</summary>
    [Field(2, Emit = Emit.Always)] public string Name { get; init; } = "";

    /// <summary>API group and version of the object.</summary>
    [Field(3)] public string ApiVersion { get; init; } = "";
}

/// <summary>What an autoscaler measured and decided.</summary>
[ApiType]
public sealed partial record HorizontalPodAutoscalerStatus
{
    /// <summary>Generation of the spec the status describes.</summary>
    [Field(1)] public long? ObservedGeneration { get; init; }

    /// <summary>When the number of pods was last changed.</summary>
    [Field(2)] public Time? LastScaleTime { get; init; }

    /// <summary>Number of pods seen at the last look.</summary>
    [Field(3)] public int CurrentReplicas { get; init; }

    /// <summary>Number of pods last computed.</summary>
    [Field(4, Emit = Emit.Always)] public int DesiredReplicas { get; init; }

    /// <summary>Measured values, one for each metric of the spec.</summary>
    [Field(5, Emit = Emit.Always), Optional, Atomic] public ApiList<MetricStatus> CurrentMetrics { get; init; }

    /// <summary>Current conditions, one for each type.</summary>
    [Field(6), ListMap("type"), StrategicMerge("merge", Key = "type")] public ApiList<HorizontalPodAutoscalerCondition> Conditions { get; init; }
}

/// <summary>One aspect of the state of an autoscaler.</summary>
[ApiType]
public sealed partial record HorizontalPodAutoscalerCondition
{
    /// <summary>Aspect: AbleToScale, ScalingActive, ScalingLimited or ScaledToZero.</summary>
    [Field(1, Emit = Emit.Always), KnownValues(typeof(HorizontalPodAutoscalerConditionType))] public string Type { get; init; } = "";

    /// <summary>True, False or Unknown.</summary>
    [Field(2, Emit = Emit.Always), KnownValues(typeof(ConditionStatus))] public string Status { get; init; } = "";

    /// <summary>When status last changed.</summary>
    [Field(3)] public Time LastTransitionTime { get; init; }

    /// <summary>One CamelCase word explaining the last change.</summary>
    [Field(4)] public string Reason { get; init; } = "";

    /// <summary>Explanation for human readers.</summary>
    [Field(5)] public string Message { get; init; } = "";
}

/// <summary>The values of HorizontalPodAutoscalerConditionType that are known.</summary>
public static class HorizontalPodAutoscalerConditionType
{
    public const string AbleToScale = "AbleToScale";
    public const string ScaledToZero = "ScaledToZero";
    public const string ScalingActive = "ScalingActive";
    public const string ScalingLimited = "ScalingLimited";
}

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

    /// <summary>The measured value.</summary>
    [Field(2, Emit = Emit.Always)] public MetricValueStatus Current { get; init; } = MetricValueStatus.Empty;

    /// <summary>Name of the container within the pods.</summary>
    [Field(3, Emit = Emit.Always)] public string Container { get; init; } = "";
}

/// <summary>The measured value of a metric from outside the cluster.</summary>
[ApiType]
public sealed partial record ExternalMetricStatus
{
    /// <summary>Name and labels of the metric.</summary>
    [Field(1, Emit = Emit.Always)] public MetricIdentifier Metric { get; init; } = MetricIdentifier.Empty;

    /// <summary>The measured value.</summary>
    [Field(2, Emit = Emit.Always)] public MetricValueStatus Current { get; init; } = MetricValueStatus.Empty;
}

/// <summary>The value a metric has.</summary>
[ApiType]
public sealed partial record MetricValueStatus
{
    /// <summary>Value of the metric as a whole.</summary>
    [Field(1)] public Quantity? Value { get; init; }

    /// <summary>Value averaged over the pods.</summary>
    [Field(2)] public Quantity? AverageValue { get; init; }

    /// <summary>Average in percent of the requests; only for Resource and ContainerResource metrics.</summary>
    [Field(3)] public int? AverageUtilization { get; init; }
}

/// <summary>The measured value of a metric of a single object.</summary>
[ApiType]
public sealed partial record ObjectMetricStatus
{
    /// <summary>Name and labels of the metric.</summary>
    [Field(1, Emit = Emit.Always)] public MetricIdentifier Metric { get; init; } = MetricIdentifier.Empty;

    /// <summary>The measured value.</summary>
    [Field(2, Emit = Emit.Always)] public MetricValueStatus Current { get; init; } = MetricValueStatus.Empty;

    /// <summary>Object the metric is about.</summary>
    [Field(3, Emit = Emit.Always)] public CrossVersionObjectReference DescribedObject { get; init; } = CrossVersionObjectReference.Empty;
}

/// <summary>The measured average of a metric that every pod reports.</summary>
[ApiType]
public sealed partial record PodsMetricStatus
{
    /// <summary>Name and labels of the metric.</summary>
    [Field(1, Emit = Emit.Always)] public MetricIdentifier Metric { get; init; } = MetricIdentifier.Empty;

    /// <summary>The measured value.</summary>
    [Field(2, Emit = Emit.Always)] public MetricValueStatus Current { get; init; } = MetricValueStatus.Empty;
}

/// <summary>The measured CPU or memory use of the pods.</summary>
[ApiType]
public sealed partial record ResourceMetricStatus
{
    /// <summary>Resource that was measured.</summary>
    [Field(1, Emit = Emit.Always), KnownValues(typeof(ResourceName))] public string Name { get; init; } = "";

    /// <summary>The measured value.</summary>
    [Field(2, Emit = Emit.Always)] public MetricValueStatus Current { get; init; } = MetricValueStatus.Empty;
}

/// <summary>Names a metric and, optionally, some of its series.</summary>
[ApiType]
public sealed partial record MetricIdentifier
{
    /// <summary>Name of the metric.</summary>
    [Field(1, Emit = Emit.Always)] public string Name { get; init; } = "";

    /// <summary>Labels handed to the metrics server to narrow the metric. Unset uses the name alone.</summary>
    [Field(2)] public LabelSelector? Selector { get; init; }
}

/// <summary>The values of MetricSourceType that are known.</summary>
public static class MetricSourceType
{
    public const string ContainerResource = "ContainerResource";
    public const string External = "External";
    public const string Object = "Object";
    public const string Pods = "Pods";
    public const string Resource = "Resource";
}
