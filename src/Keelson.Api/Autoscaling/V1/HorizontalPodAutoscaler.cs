using Keelson.Api.Meta.V1;

namespace Keelson.Api.Autoscaling.V1;

/// <summary>
/// Changes the number of pods of a workload so that average CPU use stays near a target. This is the older form, limited to CPU;
/// settings it cannot express are kept in annotations, and new configurations should use autoscaling/v2.
/// </summary>
[Resource("autoscaling", "v1", "horizontalpodautoscalers", Scope.Namespaced, ShortNames = ["hpa"], Categories = ["all"], Subresources = ["status"])]
public sealed partial record HorizontalPodAutoscaler
{
    /// <summary>The name and all else that objects of every kind have.</summary>
    [Field(1)] public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    /// <summary>What to scale, by which metrics and within which bounds.</summary>
    [Field(2), Required] public HorizontalPodAutoscalerSpec Spec { get; init; } = HorizontalPodAutoscalerSpec.Empty;

    /// <summary>What the autoscaler last measured and decided.</summary>
    [Field(3)] public HorizontalPodAutoscalerStatus Status { get; init; } = HorizontalPodAutoscalerStatus.Empty;
}

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

    /// <summary>Wanted average CPU use of the pods in percent of their requests. Unset uses the server's default, 80.</summary>
    [Field(4)] public int? TargetCPUUtilizationPercentage { get; init; }
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
    [Field(3, Emit = Emit.Always)] public int CurrentReplicas { get; init; }

    /// <summary>Number of pods last computed.</summary>
    [Field(4, Emit = Emit.Always)] public int DesiredReplicas { get; init; }

    /// <summary>Average CPU use of the pods in percent of their requests.</summary>
    [Field(5)] public int? CurrentCPUUtilizationPercentage { get; init; }
}
