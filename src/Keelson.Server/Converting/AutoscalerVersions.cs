using Keelson.Api;
using Keelson.Api.Core.V1;
using New = Keelson.Api.Autoscaling.V2;
using Old = Keelson.Api.Autoscaling.V1;

namespace Keelson.Server.Converting;

/// <summary>Autoscalers of the older version know processors only; everything else they carry in annotations.</summary>
internal static class AutoscalerVersions
{
    public static New.HorizontalPodAutoscaler ToNew(Old.HorizontalPodAutoscaler value)
    {
        var (spec, status, annotations) = (value.Spec, value.Status, value.Metadata.Annotations);
        var metrics = AutoscalerAnnotations.ReadList<Old.MetricSpec>(annotations, AutoscalerAnnotations.Metrics).Select(AutoscalerMetrics.ToNew);
        if (spec.TargetCPUUtilizationPercentage is { } percent) metrics = metrics.Append(Processor(percent));
        var measured = AutoscalerAnnotations.ReadList<Old.MetricStatus>(annotations, AutoscalerAnnotations.CurrentMetrics).Select(AutoscalerMetrics.ToNew).ToApiList();
        if (measured.IsEmpty && status.CurrentCPUUtilizationPercentage is { } current) measured = [MeasuredProcessor(current)];
        var conditions = AutoscalerAnnotations.ReadList<Old.HorizontalPodAutoscalerCondition>(annotations, AutoscalerAnnotations.Conditions).Select(ToNew);
        var converted = new New.HorizontalPodAutoscaler
        {
            Metadata = value.Metadata with { Annotations = Plain(annotations) },
            Spec = new New.HorizontalPodAutoscalerSpec
            {
                ScaleTargetRef = AutoscalerMetrics.ToNew(spec.ScaleTargetRef),
                MinReplicas = spec.MinReplicas,
                MaxReplicas = spec.MaxReplicas,
                Metrics = metrics.ToApiList(),
                Behavior = AutoscalerAnnotations.ReadWithGoNames<New.HorizontalPodAutoscalerBehavior>(annotations, AutoscalerAnnotations.Behavior),
            },
            Status = new New.HorizontalPodAutoscalerStatus
            {
                ObservedGeneration = status.ObservedGeneration,
                LastScaleTime = status.LastScaleTime,
                CurrentReplicas = status.CurrentReplicas,
                DesiredReplicas = status.DesiredReplicas,
                CurrentMetrics = measured,
                Conditions = conditions.ToApiList(),
            },
        };

        // What the older version leaves open is open in the stored one too, and has its defaults.
        return (New.HorizontalPodAutoscaler)converted.WithDefaults();
    }

    public static Old.HorizontalPodAutoscaler FromNew(New.HorizontalPodAutoscaler value)
    {
        var (spec, status) = (value.Spec, value.Status);
        var others = spec.Metrics.Where(metric => !IsProcessor(metric)).Select(AutoscalerMetrics.ToOld).ToList();
        var annotations = Plain(value.Metadata.Annotations);
        if (others.Count > 0) annotations = annotations.With(AutoscalerAnnotations.Metrics, AutoscalerAnnotations.WriteList(others));
        if (!status.CurrentMetrics.IsEmpty) annotations = annotations.With(AutoscalerAnnotations.CurrentMetrics, AutoscalerAnnotations.WriteList(status.CurrentMetrics.Select(AutoscalerMetrics.ToOld)));
        if (!status.Conditions.IsEmpty) annotations = annotations.With(AutoscalerAnnotations.Conditions, AutoscalerAnnotations.WriteList(status.Conditions.Select(ToOld)));
        if (spec.Behavior is { } behavior) annotations = annotations.With(AutoscalerAnnotations.Behavior, AutoscalerAnnotations.WriteWithGoNames(behavior));
        return new Old.HorizontalPodAutoscaler
        {
            Metadata = value.Metadata with { Annotations = annotations },
            Spec = new Old.HorizontalPodAutoscalerSpec
            {
                ScaleTargetRef = AutoscalerMetrics.ToOld(spec.ScaleTargetRef),
                MinReplicas = spec.MinReplicas,
                MaxReplicas = spec.MaxReplicas,
                TargetCPUUtilizationPercentage = spec.Metrics.FirstOrDefault(IsProcessor)?.Resource!.Target.AverageUtilization,
            },
            Status = new Old.HorizontalPodAutoscalerStatus
            {
                ObservedGeneration = status.ObservedGeneration,
                LastScaleTime = status.LastScaleTime,
                CurrentReplicas = status.CurrentReplicas,
                DesiredReplicas = status.DesiredReplicas,
                CurrentCPUUtilizationPercentage = status.CurrentMetrics.FirstOrDefault(metric => metric.Resource is { Name: ResourceName.Cpu, Current.AverageUtilization: not null })?.Resource!.Current.AverageUtilization,
            },
        };
    }

    private static bool IsProcessor(New.MetricSpec metric) => metric is { Type: New.MetricSourceType.Resource, Resource: { Name: ResourceName.Cpu, Target.AverageUtilization: not null } };

    private static New.MetricSpec Processor(int percent) => new()
    {
        Type = New.MetricSourceType.Resource,
        Resource = new New.ResourceMetricSource { Name = ResourceName.Cpu, Target = new New.MetricTarget { Type = New.MetricTargetType.Utilization, AverageUtilization = percent } },
    };

    private static New.MetricStatus MeasuredProcessor(int percent) => new()
    {
        Type = New.MetricSourceType.Resource,
        Resource = new New.ResourceMetricStatus { Name = ResourceName.Cpu, Current = new New.MetricValueStatus { AverageUtilization = percent } },
    };

    private static ApiMap<string> Plain(ApiMap<string> annotations) =>
        annotations.Keys.Any(AutoscalerAnnotations.IsOne)
            ? ((IEnumerable<KeyValuePair<string, string>>)annotations).Where(pair => !AutoscalerAnnotations.IsOne(pair.Key)).ToApiMap()
            : annotations;

    private static New.HorizontalPodAutoscalerCondition ToNew(Old.HorizontalPodAutoscalerCondition value) =>
        new() { Type = value.Type, Status = value.Status, LastTransitionTime = value.LastTransitionTime, Reason = value.Reason, Message = value.Message };

    private static Old.HorizontalPodAutoscalerCondition ToOld(New.HorizontalPodAutoscalerCondition value) =>
        new() { Type = value.Type, Status = value.Status, LastTransitionTime = value.LastTransitionTime, Reason = value.Reason, Message = value.Message };
}
