using System.Globalization;
using Keelson.Api.Core.V1;
using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Autoscaling.V2;

public sealed partial record HorizontalPodAutoscaler : IHasRules
{
    private const int MaximumWindowSeconds = 3600;
    private const int MaximumPeriodSeconds = 1800;
    private const string Positive = "must be greater than 0";
    private const string OneTarget = "must set either a target raw value or a target utilization";
    private const string NotBoth = "may not set both a target raw value and a target utilization";

    public void Validate(FieldErrors errors) => Validate(1, errors);

    public void ValidateUpdate(IResource old, FieldErrors errors) =>
        Validate(((HorizontalPodAutoscaler)old).Spec.MinReplicas == 0 ? 0 : 1, errors);

    public void ValidateStatusUpdate(IResource old, FieldErrors errors)
    {
        using var scope = errors.In("status");
        errors.ExpectNotNegative("currentReplicas", Status.CurrentReplicas);
        errors.ExpectNotNegative("desiredReplicas", Status.DesiredReplicas);
    }

    /// <summary>Reports what is wrong with a target and with how far it is scaled, the same in all versions. The place of the errors is the spec.</summary>
    internal static void ValidateReplicas(int? minimum, int maximum, string kind, string name, string version, int leastMinimum, FieldErrors errors)
    {
        if (minimum < leastMinimum)
        {
            errors.Invalid("minReplicas", minimum.Value, string.Create(CultureInfo.InvariantCulture, $"must be greater than or equal to {leastMinimum}"));
        }

        if (maximum < 1) errors.Invalid("maxReplicas", maximum, Positive);
        if (minimum > maximum) errors.Invalid("maxReplicas", maximum, "must be greater than or equal to `minReplicas`");
        using (errors.In("scaleTargetRef")) Reference(kind, name, version, errors);
    }

    private static void Reference(string kind, string name, string version, FieldErrors errors)
    {
        errors.ExpectPathSegment("kind", kind);
        errors.ExpectPathSegment("name", name);
        if (version.AsSpan().Count('/') > 1) errors.Invalid("apiVersion", version, $"unexpected GroupVersion string: {version}");
    }

    private void Validate(int leastMinimum, FieldErrors errors)
    {
        using var scope = errors.In("spec");
        var target = Spec.ScaleTargetRef;
        ValidateReplicas(Spec.MinReplicas, Spec.MaxReplicas, target.Kind, target.Name, target.ApiVersion, leastMinimum, errors);
        for (var i = 0; i < Spec.Metrics.Count; i++)
        {
            using (errors.In("metrics", i)) Validate(Spec.Metrics[i], errors);
        }

        if (Spec.MinReplicas == 0 && !Spec.Metrics.Any(metric => metric.Type is MetricSourceType.Object or MetricSourceType.External))
        {
            errors.Forbidden("metrics", "must specify at least one Object or External metric to support scaling to zero replicas");
        }

        if (Spec.Behavior is not { } behavior) return;
        using var inner = errors.In("behavior");
        Validate("scaleUp", behavior.ScaleUp, errors);
        Validate("scaleDown", behavior.ScaleDown, errors);
    }

    private static void Validate(string field, HPAScalingRules? rules, FieldErrors errors)
    {
        if (rules is null) return;
        using var scope = errors.In(field);
        if (rules.StabilizationWindowSeconds is { } window)
        {
            if (window < 0) errors.Invalid("stabilizationWindowSeconds", window, "must be greater than or equal to zero");
            if (window > MaximumWindowSeconds) errors.Invalid("stabilizationWindowSeconds", window, $"must be less than or equal to {MaximumWindowSeconds}");
        }

        if (rules.SelectPolicy is { } select)
        {
            errors.ExpectKnown("selectPolicy", select, ScalingPolicySelect.Disabled, ScalingPolicySelect.Max, ScalingPolicySelect.Min);
        }

        if (rules.Policies.IsEmpty) errors.Required("policies", "must specify at least one Policy");
        for (var i = 0; i < rules.Policies.Count; i++)
        {
            var policy = rules.Policies[i];
            using var inner = errors.In("policies", i);
            errors.ExpectKnown("type", policy.Type, HPAScalingPolicyType.Percent, HPAScalingPolicyType.Pods);
            if (policy.Value <= 0) errors.Invalid("value", policy.Value, FieldExpectations.NotPositive);
            if (policy.PeriodSeconds <= 0) errors.Invalid("periodSeconds", policy.PeriodSeconds, FieldExpectations.NotPositive);
            if (policy.PeriodSeconds > MaximumPeriodSeconds)
            {
                errors.Invalid("periodSeconds", policy.PeriodSeconds, $"must be less than or equal to {MaximumPeriodSeconds}");
            }
        }

        if (rules.Tolerance is { Sign: < 0 } tolerance) errors.Invalid("tolerance", tolerance.ToString(), "must be greater or equal to zero");
    }

    private static void Validate(MetricSpec metric, FieldErrors errors)
    {
        if (metric.Type.Length == 0) errors.Required("type", "must specify a metric source type");
        errors.ExpectKnown("type", metric.Type,
            MetricSourceType.ContainerResource, MetricSourceType.External, MetricSourceType.Object, MetricSourceType.Pods, MetricSourceType.Resource);
        // In upstream's order, since only the first is looked at.
        var given = new List<string>(1);
        Source("object", metric.Object, Check);
        Source("external", metric.External, Check);
        Source("pods", metric.Pods, Check);
        Source("resource", metric.Resource, Check);
        Source("containerResource", metric.ContainerResource, Check);
        var expected = metric.Type switch
        {
            MetricSourceType.Object => "object",
            MetricSourceType.External => "external",
            MetricSourceType.Pods => "pods",
            MetricSourceType.Resource => "resource",
            MetricSourceType.ContainerResource => "containerResource",
            _ => null,
        };
        if (expected is not null && !given.Contains(expected)) errors.Required(expected, "must populate information for the given metric source");
        if (given.Count < 2) return;
        foreach (var field in given.Order(StringComparer.Ordinal))
        {
            if (field != expected) errors.Forbidden(field, "must populate the given metric source only");
        }

        void Source<T>(string field, T? source, Action<T, FieldErrors> check)
            where T : class
        {
            if (source is null) return;
            given.Add(field);
            if (given.Count > 1) return;
            using (errors.In(field)) check(source, errors);
        }
    }

    private static void Check(ObjectMetricSource source, FieldErrors errors)
    {
        var described = source.DescribedObject;
        using (errors.In("describedObject")) Reference(described.Kind, described.Name, described.ApiVersion, errors);
        Check(source.Metric, errors);
        Check(source.Target, errors);
        if (source.Target is { Value: null, AverageValue: null }) errors.Required("target.averageValue", "must set either a target value or averageValue");
    }

    private static void Check(ExternalMetricSource source, FieldErrors errors)
    {
        Check(source.Metric, errors);
        Check(source.Target, errors);
        if (source.Target is { Value: null, AverageValue: null })
        {
            errors.Required("target.averageValue", "must set either a target value for metric or a per-pod target");
        }

        if (source.Target is { Value: not null, AverageValue: not null })
        {
            errors.Forbidden("target.value", "may not set both a target value for metric and a per-pod target");
        }
    }

    private static void Check(PodsMetricSource source, FieldErrors errors)
    {
        Check(source.Metric, errors);
        Check(source.Target, errors);
        if (source.Target.AverageValue is null) errors.Required("target.averageValue", "must specify a positive target averageValue");
    }

    private static void Check(ResourceMetricSource source, FieldErrors errors)
    {
        errors.ExpectGiven("name", source.Name, "must specify a resource name");
        CheckResource(source.Target, errors);
    }

    private static void Check(ContainerResourceMetricSource source, FieldErrors errors)
    {
        if (source.Name.Length == 0) errors.Required("name", "must specify a resource name");
        else errors.ExpectContainerResourceName("name", source.Name);
        if (source.Container.Length == 0) errors.Required("container", "must specify a container");
        else errors.Invalid("container", source.Container, DnsName.CheckLabel(source.Container), "format=dns-label");
        CheckResource(source.Target, errors);
    }

    private static void CheckResource(MetricTarget target, FieldErrors errors)
    {
        Check(target, errors);
        if (target is { AverageUtilization: null, AverageValue: null }) errors.Required("target.averageUtilization", OneTarget);
        if (target is { AverageUtilization: not null, AverageValue: not null }) errors.Forbidden("target.averageValue", NotBoth);
    }

    private static void Check(MetricTarget target, FieldErrors errors)
    {
        using var scope = errors.In("target");
        errors.ExpectGiven("type", target.Type, "must specify a metric target type");
        if (target.Type is not (MetricTargetType.Utilization or MetricTargetType.Value or MetricTargetType.AverageValue))
        {
            errors.Invalid("type", target.Type, "must be either Utilization, Value, or AverageValue");
        }

        if (target.Value is { Sign: <= 0 } value) errors.Invalid("value", value.ToString(), "must be positive");
        if (target.AverageValue is { Sign: <= 0 } average) errors.Invalid("averageValue", average.ToString(), "must be positive");
        if (target.AverageUtilization is { } percent and < 1) errors.Invalid("averageUtilization", percent, Positive);
    }

    private static void Check(MetricIdentifier metric, FieldErrors errors)
    {
        using var scope = errors.In("metric");
        if (metric.Name.Length == 0) errors.Required("name", "must specify a metric name");
        else errors.Invalid("name", metric.Name, FieldName.CheckPathSegment(metric.Name));
    }
}
