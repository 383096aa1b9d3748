using Keelson.Api.Meta.V1;

namespace Keelson.Api.Autoscaling.V1;

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
