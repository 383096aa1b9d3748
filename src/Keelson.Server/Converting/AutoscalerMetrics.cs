using New = Keelson.Api.Autoscaling.V2;
using Old = Keelson.Api.Autoscaling.V1;

namespace Keelson.Server.Converting;

/// <summary>The metrics of autoscalers and their measured values, in the two forms that they have.</summary>
internal static class AutoscalerMetrics
{
    public static New.CrossVersionObjectReference ToNew(Old.CrossVersionObjectReference value) => new() { Kind = value.Kind, Name = value.Name, ApiVersion = value.ApiVersion };

    public static Old.CrossVersionObjectReference ToOld(New.CrossVersionObjectReference value) => new() { Kind = value.Kind, Name = value.Name, ApiVersion = value.ApiVersion };

    public static New.MetricSpec ToNew(Old.MetricSpec value) => new()
    {
        Type = value.Type,
        Object = value.Object is { } one ? new New.ObjectMetricSource
        {
            DescribedObject = ToNew(one.Target),
            Metric = new New.MetricIdentifier { Name = one.MetricName, Selector = one.Selector },
            Target = one.AverageValue is null
                ? new New.MetricTarget { Type = New.MetricTargetType.Value, Value = one.TargetValue }
                : new New.MetricTarget { Type = New.MetricTargetType.AverageValue, Value = one.TargetValue, AverageValue = one.AverageValue },
        } : null,
        Pods = value.Pods is { } pods ? new New.PodsMetricSource
        {
            Metric = new New.MetricIdentifier { Name = pods.MetricName, Selector = pods.Selector },
            Target = new New.MetricTarget { Type = New.MetricTargetType.AverageValue, AverageValue = pods.TargetAverageValue },
        } : null,
        Resource = value.Resource is { } resource
            ? new New.ResourceMetricSource { Name = resource.Name, Target = Target(resource.TargetAverageUtilization, resource.TargetAverageValue) }
            : null,
        ContainerResource = value.ContainerResource is { } container
            ? new New.ContainerResourceMetricSource { Name = container.Name, Container = container.Container, Target = Target(container.TargetAverageUtilization, container.TargetAverageValue) }
            : null,
        External = value.External is { } external ? new New.ExternalMetricSource
        {
            Metric = new New.MetricIdentifier { Name = external.MetricName, Selector = external.MetricSelector },
            Target = new New.MetricTarget
            {
                Type = external.TargetValue is null ? New.MetricTargetType.AverageValue : New.MetricTargetType.Value,
                Value = external.TargetValue,
                AverageValue = external.TargetAverageValue,
            },
        } : null,
    };

    public static Old.MetricSpec ToOld(New.MetricSpec value) => new()
    {
        Type = value.Type,
        Object = value.Object is { } one ? new Old.ObjectMetricSource
        {
            Target = ToOld(one.DescribedObject),
            MetricName = one.Metric.Name,
            Selector = one.Metric.Selector,
            TargetValue = one.Target.Value ?? default,
            AverageValue = one.Target.AverageValue,
        } : null,
        Pods = value.Pods is { } pods
            ? new Old.PodsMetricSource { MetricName = pods.Metric.Name, Selector = pods.Metric.Selector, TargetAverageValue = pods.Target.AverageValue ?? default }
            : null,
        Resource = value.Resource is { } resource
            ? new Old.ResourceMetricSource { Name = resource.Name, TargetAverageUtilization = resource.Target.AverageUtilization, TargetAverageValue = resource.Target.AverageValue }
            : null,
        ContainerResource = value.ContainerResource is { } container
            ? new Old.ContainerResourceMetricSource
            {
                Name = container.Name,
                Container = container.Container,
                TargetAverageUtilization = container.Target.AverageUtilization,
                TargetAverageValue = container.Target.AverageValue,
            }
            : null,
        External = value.External is { } external
            ? new Old.ExternalMetricSource
            {
                MetricName = external.Metric.Name,
                MetricSelector = external.Metric.Selector,
                TargetValue = external.Target.Value,
                TargetAverageValue = external.Target.AverageValue,
            }
            : null,
    };

    public static New.MetricStatus ToNew(Old.MetricStatus value) => new()
    {
        Type = value.Type,
        Object = value.Object is { } one ? new New.ObjectMetricStatus
        {
            DescribedObject = ToNew(one.Target),
            Metric = new New.MetricIdentifier { Name = one.MetricName, Selector = one.Selector },
            Current = new New.MetricValueStatus { Value = one.CurrentValue, AverageValue = one.AverageValue },
        } : null,
        Pods = value.Pods is { } pods ? new New.PodsMetricStatus
        {
            Metric = new New.MetricIdentifier { Name = pods.MetricName, Selector = pods.Selector },
            Current = new New.MetricValueStatus { AverageValue = pods.CurrentAverageValue },
        } : null,
        Resource = value.Resource is { } resource ? new New.ResourceMetricStatus
        {
            Name = resource.Name,
            Current = new New.MetricValueStatus { AverageUtilization = resource.CurrentAverageUtilization, AverageValue = resource.CurrentAverageValue },
        } : null,
        ContainerResource = value.ContainerResource is { } container ? new New.ContainerResourceMetricStatus
        {
            Name = container.Name,
            Container = container.Container,
            Current = new New.MetricValueStatus { AverageUtilization = container.CurrentAverageUtilization, AverageValue = container.CurrentAverageValue },
        } : null,
        External = value.External is { } external ? new New.ExternalMetricStatus
        {
            Metric = new New.MetricIdentifier { Name = external.MetricName, Selector = external.MetricSelector },
            Current = new New.MetricValueStatus { Value = external.CurrentValue, AverageValue = external.CurrentAverageValue },
        } : null,
    };

    public static Old.MetricStatus ToOld(New.MetricStatus value) => new()
    {
        Type = value.Type,
        Object = value.Object is { } one ? new Old.ObjectMetricStatus
        {
            Target = ToOld(one.DescribedObject),
            MetricName = one.Metric.Name,
            Selector = one.Metric.Selector,
            CurrentValue = one.Current.Value ?? default,
            AverageValue = one.Current.AverageValue,
        } : null,
        Pods = value.Pods is { } pods
            ? new Old.PodsMetricStatus { MetricName = pods.Metric.Name, Selector = pods.Metric.Selector, CurrentAverageValue = pods.Current.AverageValue ?? default }
            : null,
        Resource = value.Resource is { } resource
            ? new Old.ResourceMetricStatus { Name = resource.Name, CurrentAverageUtilization = resource.Current.AverageUtilization, CurrentAverageValue = resource.Current.AverageValue ?? default }
            : null,
        ContainerResource = value.ContainerResource is { } container
            ? new Old.ContainerResourceMetricStatus
            {
                Name = container.Name,
                Container = container.Container,
                CurrentAverageUtilization = container.Current.AverageUtilization,
                CurrentAverageValue = container.Current.AverageValue ?? default,
            }
            : null,
        External = value.External is { } external
            ? new Old.ExternalMetricStatus
            {
                MetricName = external.Metric.Name,
                MetricSelector = external.Metric.Selector,
                CurrentValue = external.Current.Value ?? default,
                CurrentAverageValue = external.Current.AverageValue,
            }
            : null,
    };

    private static New.MetricTarget Target(int? utilization, Api.Quantity? value) => new()
    {
        Type = utilization is null ? New.MetricTargetType.AverageValue : New.MetricTargetType.Utilization,
        AverageUtilization = utilization,
        AverageValue = value,
    };
}
