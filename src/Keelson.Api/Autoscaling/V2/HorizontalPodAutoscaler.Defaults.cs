using Keelson.Api.Core.V1;

namespace Keelson.Api.Autoscaling.V2;

public sealed partial record HorizontalPodAutoscaler : IHasDefaults
{
    private const int TargetPercent = 80;
    private const int PeriodSeconds = 15;

    private static readonly HPAScalingRules Up = new()
    {
        StabilizationWindowSeconds = 0,
        SelectPolicy = ScalingPolicySelect.Max,
        Policies =
        [
            new HPAScalingPolicy { Type = HPAScalingPolicyType.Pods, Value = 4, PeriodSeconds = PeriodSeconds },
            new HPAScalingPolicy { Type = HPAScalingPolicyType.Percent, Value = 100, PeriodSeconds = PeriodSeconds },
        ],
    };

    private static readonly HPAScalingRules Down = new()
    {
        SelectPolicy = ScalingPolicySelect.Max,
        Policies = [new HPAScalingPolicy { Type = HPAScalingPolicyType.Percent, Value = 100, PeriodSeconds = PeriodSeconds }],
    };

    private static readonly MetricSpec Processor = new()
    {
        Type = MetricSourceType.Resource,
        Resource = new ResourceMetricSource
        {
            Name = ResourceName.Cpu,
            Target = new MetricTarget { Type = MetricTargetType.Utilization, AverageUtilization = TargetPercent },
        },
    };

    public IResource WithDefaults() => this with
    {
        Spec = Spec with
        {
            MinReplicas = Spec.MinReplicas ?? 1,
            Metrics = Spec.Metrics.IsEmpty ? [Processor] : Spec.Metrics,
            Behavior = Spec.Behavior is { } behavior
                ? behavior with { ScaleUp = Filled(behavior.ScaleUp, Up), ScaleDown = Filled(behavior.ScaleDown, Down) }
                : null,
        },
    };

    private static HPAScalingRules Filled(HPAScalingRules? rules, HPAScalingRules defaults) => rules is null ? defaults : rules with
    {
        SelectPolicy = rules.SelectPolicy ?? defaults.SelectPolicy,
        StabilizationWindowSeconds = rules.StabilizationWindowSeconds ?? defaults.StabilizationWindowSeconds,
        Policies = rules.Policies.IsNil ? defaults.Policies : rules.Policies,
    };
}
